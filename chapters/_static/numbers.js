// The number explorer: filter, sort and find. Without this script all entries stand on the page.
(function () {
  "use strict";
  const list = document.getElementById("numbers");
  if (!list) return;
  const entries = Array.from(list.querySelectorAll(".number-entry"));
  const bar = document.createElement("form");
  bar.className = "number-filters";
  bar.setAttribute("role", "search");
  bar.setAttribute("aria-label", "Printed numbers");
  bar.addEventListener("submit", (event) => event.preventDefault());
  const controls = {};

  function labelled(text, control) {
    const label = document.createElement("label");
    label.append(text + " ", control);
    bar.append(label);
    return control;
  }

  const find = labelled("Find a number or word", document.createElement("input"));
  find.type = "search";
  find.placeholder = "0.124";
  controls.find = find;
  for (const pair of list.dataset.filters.split(",")) {
    const [name, title] = pair.split(":");
    const values = new Set(entries.map((entry) => entry.dataset[name]).filter(Boolean));
    const select = document.createElement("select");
    select.append(new Option("all", ""));
    Array.from(values).sort().forEach((value) => select.append(new Option(value, value)));
    controls[name] = labelled(title, select);
  }
  const sort = document.createElement("select");
  ["as printed", "grade", "value"].forEach((name) => sort.append(new Option(name, name)));
  controls.sort = labelled("Sort", sort);
  const reset = document.createElement("button");
  reset.type = "button";
  reset.textContent = "Show all";
  bar.append(reset);
  const count = document.createElement("p");
  count.setAttribute("role", "status");
  bar.append(count);
  list.before(bar);

  // A typed number finds what is printed so, whatever minus sign or decimal comma it is typed with.
  const plain = (text) => text.toLowerCase().replace(/[\u2212\u2013]/g, "-").replace(/(\d),(\d)/g, "$1.$2");
  const printed = (entry) => plain(entry.querySelector(".printed").textContent);

  function fits(entry, wanted) {
    for (const [name, control] of Object.entries(controls)) {
      if (name in entry.dataset && control.value && entry.dataset[name] !== control.value) return false;
    }
    if (!wanted) return true;
    if (/^-?[\d.]+$/.test(wanted)) return printed(entry).replace(/[^\d.-]/g, "").startsWith(wanted);
    return plain(entry.textContent).includes(wanted) || entry.id.includes(wanted);
  }

  const orders = {
    grade: (a, b) => a.dataset.grade.localeCompare(b.dataset.grade),
    value: (a, b) => (parseFloat(printed(a)) || 0) - (parseFloat(printed(b)) || 0),
  };

  function show() {
    const wanted = plain(find.value.trim());
    const order = orders[sort.value];
    const sorted = order ? entries.slice().sort(order) : entries;
    let shown = 0;
    sorted.forEach((entry) => {
      entry.hidden = !fits(entry, wanted);
      shown += entry.hidden ? 0 : 1;
      list.append(entry);
    });
    count.textContent = shown + " of " + entries.length + " numbers";
  }

  function clear() {
    for (const control of Object.values(controls)) control.value = control === sort ? "as printed" : "";
    show();
  }

  // An address with an entry's id leads to it, also when a filter had hidden it.
  function arrive() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.hidden) clear();
    if (target) target.scrollIntoView();
  }

  const asked = new URLSearchParams(location.search).get("find");
  bar.addEventListener("input", show);
  reset.addEventListener("click", clear);
  addEventListener("hashchange", arrive);
  if (asked) find.value = asked;
  show();
  if (location.hash) arrive();
})();
