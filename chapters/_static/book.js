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
  // A formula wider than its line is set in the type that fits it.
  const fitFormulas = () => document.querySelectorAll("div.math mjx-container").forEach((formula) => {
    formula.dataset.size ??= parseFloat(formula.style.fontSize) || 100;
    formula.style.fontSize = `${formula.dataset.size}%`;
    const number = formula.parentElement.querySelector(".eqno")?.offsetWidth ?? 0;
    const share = (formula.parentElement.clientWidth - number - 8) / formula.scrollWidth;
    if (share < 1) formula.style.fontSize = `${0.96 * share * formula.dataset.size}%`;
  });
  const afterMaths = async () => { await window.MathJax?.startup?.promise; fitFormulas(); };
  addEventListener("load", afterMaths);
  addEventListener("resize", afterMaths);
  addEventListener("hashchange", openTarget);
  // The search page also answers with the printed numbers that begin as the number asked for.
  const plain = (text) => text.replace(/[\u2212\u2013]/g, "-").replace(/(\d),(\d)/g, "$1.$2").trim();
  const findNumber = () => {
    const place = document.getElementById("search-results");
    const asked = plain(new URLSearchParams(location.search).get("q") ?? "");
    if (!place || !/^-?\d[\d.]*$/.test(asked)) return;
    const script = document.createElement("script");
    script.src = "_static/printed_numbers.js";
    script.addEventListener("load", () => {
      const digits = (text) => plain(text).replace(/[^\d.-]/g, "");
      const found = globalThis.printedNumbers.filter(([, printed]) => digits(printed).startsWith(asked));
      const title = document.createElement("h2");
      const list = document.createElement("ul");
      title.textContent = `Printed numbers that begin with ${asked}: ${found.length}`;
      found.forEach(([id, printed, where]) => {
        const [item, link] = [document.createElement("li"), document.createElement("a")];
        link.href = `chapters/report.html#${encodeURIComponent(id)}`;
        link.textContent = `${printed}: ${where}`;
        item.append(link);
        list.append(item);
      });
      place.before(title, list);
    });
    document.head.append(script);
  };
  document.addEventListener("DOMContentLoaded", () => {
    findNumber();
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
