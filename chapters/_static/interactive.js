/** Elements of the interactive pages: labelled controls, tables, drawings that follow the width. */
(function (book) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  function filled(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  /** An HTML element with attributes and children. */
  function element(tag, attributes = {}, ...children) {
    return filled(document.createElement(tag), attributes, children);
  }

  /** An SVG element with attributes and children. */
  function shape(tag, attributes = {}, ...children) {
    return filled(document.createElementNS(SVG, tag), attributes, children);
  }

  /** A number with a fixed number of decimals and a true minus sign, none before zero. */
  function decimal(value, decimals) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    const text = value.toLocaleString("en-US", { ...digits, signDisplay: "negative" });
    return text.replace("-", "\u2212");
  }

  /** A control under its label; what it stands for is shown beside it. */
  function labelled(label, control, shown = "") {
    const name = element("label", { for: control.id }, label);
    return element("div", { class: "interactive-field" }, name, control, shown);
  }

  /** A slider that shows in words what its position means. */
  function slider(id, label, range, words) {
    const control = element("input", { type: "range", id, ...range });
    const shown = element("output", { for: id });
    const say = () => {
      const text = words(Number(control.value));
      shown.value = text;
      control.setAttribute("aria-valuetext", text);
    };
    control.addEventListener("input", say);
    say();
    return { field: labelled(label, control, shown), value: () => Number(control.value) };
  }

  /** A field for a number; its value is null while it is none or out of range. */
  function numberField(id, label, attributes) {
    const control = element("input", { type: "number", id, required: "", ...attributes });
    const value = () => (control.validity.valid ? control.valueAsNumber : null);
    return { field: labelled(label, control), value };
  }

  /** A list of choices: [value, text] each. */
  function choice(id, label, options, chosen) {
    const control = element("select", { id });
    control.append(...options.map(([value, text]) => element("option", { value }, text)));
    control.value = chosen;
    return { field: labelled(label, control), value: () => control.value };
  }

  /** Controls that belong together, under one name. */
  function group(name, fields) {
    const grid = element("div", { class: "interactive-fields" }, ...fields);
    return element("fieldset", {}, element("legend", {}, name), grid);
  }

  /** Rows of a table, the first cell of each its head. */
  function rows(lines) {
    return lines.map(([head, ...cells]) => {
      const row = element("tr", {}, element("th", { scope: "row" }, head));
      row.append(...cells.map((cell) => element("td", {}, cell)));
      return row;
    });
  }

  /** A table with fixed heads whose caption and rows are put in again and again. */
  function table(heads) {
    const caption = element("figcaption");
    const head = element("tr");
    head.append(...heads.map((text) => element("th", { scope: "col" }, text)));
    const body = element("tbody");
    const whole = element("table", {}, element("thead", {}, head), body);
    const scroll = element("div", { class: "book-table needs-46" }, whole);
    const show = (words, lines) => {
      caption.textContent = words;
      scroll.setAttribute("aria-label", words);
      body.replaceChildren(...rows(lines));
    };
    const node = element("figure", { class: "book-table" }, caption, scroll);
    return { node, show };
  }

  /** A horizontal axis with ticks at round numbers below a drawing. */
  function axis(from, to, place, height, name) {
    const rough = (to - from) / 5;
    const unit = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * unit).find((each) => each >= rough);
    const ticks = [];
    for (let tick = Math.ceil(from / step); tick * step <= to; tick++) ticks.push(tick * step);
    const decimals = Math.max(0, -Math.floor(Math.log10(step)));
    const group = shape("g", { class: "axis" });
    group.append(shape("line", { x1: place(from), x2: place(to), y1: height, y2: height }));
    for (const tick of ticks) {
      group.append(shape("line", { x1: place(tick), x2: place(tick), y1: height, y2: height + 5 }));
      group.append(shape("text", { x: place(tick), y: height + 18 }, decimal(tick, decimals)));
    }
    group.append(shape("text", { x: (place(from) + place(to)) / 2, y: height + 36 }, name));
    return group;
  }

  /** An empty drawing of a width in pixels whose content is put in again and again. */
  function canvas(height) {
    const node = shape("svg", { role: "img", height, width: "100%" });
    const show = (words, ...content) => {
      node.setAttribute("aria-label", words);
      node.replaceChildren(...content);
    };
    return { node, show, width: () => Math.max(node.getBoundingClientRect().width, 240) };
  }

  /** What the lines and marks of a drawing stand for: [kind, text] each. */
  function legend(entries) {
    const key = ([kind, text]) => element("span", { class: `key key-${kind}` }, text);
    return element("figcaption", {}, ...entries.map(key));
  }

  /** Put a page's parts in its place, and show it anew with every input and every new width. */
  function start(name, build) {
    const host = document.getElementById(`interactive-${name}`);
    const { parts, show } = build(JSON.parse(host.dataset.given));
    let width = 0;
    const follow = () => {
      if (host.clientWidth !== width) {
        width = host.clientWidth;
        show();
      }
    };
    host.replaceChildren(...parts);
    host.addEventListener("input", show);
    new ResizeObserver(follow).observe(host);
  }

  book.page = { axis, canvas, choice, decimal, element, group, legend, numberField };
  Object.assign(book.page, { shape, slider, start, table });
})((globalThis.book ??= {}));
