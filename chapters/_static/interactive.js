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

  /** A number as people type it, with a decimal point or comma; NaN if it could mean two things. */
  function parsed(text, whole) {
    const plain = text.trim().replace("\u2212", "-");
    const wholes = /^(\d+|\d{1,3}(\s\d{3})*)$/;
    if (whole) return wholes.test(plain) ? Number(plain.replace(/\s/g, "")) : NaN;
    return /^-?(\d+[.,]?\d*|[.,]\d+)$/.test(plain) ? Number(plain.replace(",", ".")) : NaN;
  }

  /** A field for a number; its value is null while it is none or out of range. */
  function numberField(id, label, { least, most, whole = false, value }) {
    const message = element("span", { class: "interactive-message", id: `${id}-message` });
    const attributes = { type: "text", autocomplete: "off", "aria-describedby": message.id };
    const inputmode = whole ? "numeric" : "decimal";
    const control = element("input", { ...attributes, id, inputmode });
    control.value = Number(value.toPrecision(12));
    const kind = whole ? "a whole number, without commas," : "a number";
    const say = (words) => {
      message.textContent = words;
      control.setAttribute("aria-invalid", words !== "");
    };
    const read = () => {
      const number = parsed(control.value, whole);
      const fits = number >= least && number <= most;
      say(fits ? "" : `Give ${kind} from ${least} to ${most.toLocaleString("en-US")}.`);
      return fits ? number : null;
    };
    return { field: labelled(label, control, message), value: read, say };
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

  /** Settings in the address: ``#NAME&control=value&...``; without them those of the page. */
  function settings(name, host) {
    const controls = [...host.querySelectorAll("input, select")];
    const first = new Map(controls.map((each) => [each, each.value]));
    const put = (wanted) => {
      for (const each of controls) {
        each.value = wanted.get(each.id) ?? first.get(each);
        if (each.value === "") each.value = first.get(each);
        each.dispatchEvent(new Event("input"));
      }
    };
    const mine = () => location.hash.startsWith(`#${name}&`);
    const read = () => mine() && put(new URLSearchParams(location.hash.slice(name.length + 2)));
    const write = () => {
      const changed = controls.some((each) => each.value !== first.get(each));
      const values = new URLSearchParams(controls.map((each) => [each.id, each.value]));
      if (changed) history.replaceState(null, "", `#${name}&${values}`);
      else if (mine()) history.replaceState(null, "", location.pathname + location.search);
    };
    return { mine, read, write, reset: () => put(new Map()) };
  }

  /**
   * Put a page's parts in its place, and show it anew with every input and every new width.
   *
   * Its `show` returns false while a field cannot be read: such settings stay out of the address.
   */
  function start(name, build) {
    const host = document.getElementById(`interactive-${name}`);
    const { parts, show } = build(JSON.parse(host.dataset.given));
    const button = element("button", { type: "button", class: "interactive-reset" }, "Reset");
    host.replaceChildren(...parts, button);
    const address = settings(name, host);
    const changed = () => show() !== false && address.write();
    const arrive = () => {
      if (!address.mine()) return;
      address.read();
      show();
      host.scrollIntoView();
    };
    let width = 0;
    const follow = () => {
      if (host.clientWidth !== width) {
        width = host.clientWidth;
        show();
      }
    };
    button.addEventListener("click", () => {
      address.reset();
      changed();
    });
    host.addEventListener("input", changed);
    addEventListener("hashchange", arrive);
    show();
    arrive();
    new ResizeObserver(follow).observe(host);
  }

  book.page = { axis, canvas, choice, decimal, element, group, legend, numberField };
  Object.assign(book.page, { shape, slider, start, table });
})((globalThis.book ??= {}));
