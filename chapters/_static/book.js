// The switch that shows the code of a page; its state is kept for all pages.
(() => {
  const root = document.documentElement;
  const kept = () => { try { return localStorage.getItem("code"); } catch { return null; } };
  root.dataset.code = kept() === "on" ? "on" : "off";
  const show = (button) => {
    const on = root.dataset.code === "on";
    button.setAttribute("aria-pressed", String(on));
    document.querySelectorAll(".code-fold").forEach((fold) => { fold.open = on; });
  };
  const openTarget = () => {
    const fold = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details");
    if (fold) { fold.open = true; fold.scrollIntoView(); }
  };
  addEventListener("hashchange", openTarget);
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".code-switch");
    if (button) {
      button.hidden = false;
      show(button);
      button.addEventListener("click", () => {
        root.dataset.code = root.dataset.code === "on" ? "off" : "on";
        try { localStorage.setItem("code", root.dataset.code); } catch { /* kept for this page only */ }
        show(button);
      });
    }
    openTarget();
  });
})();
