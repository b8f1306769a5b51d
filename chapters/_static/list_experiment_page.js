/** The calculator of a list experiment: fields, drawing and table over list_experiment.js. */
(function (book) {
  "use strict";

  const { axis, canvas, decimal, element, group, legend, numberField } = book.page;
  const { shape, start, table } = book.page;
  const [HEIGHT, BASE, MARGIN] = [120, 70, 14];
  const COUNT = { least: 0, most: 20 };
  const SIZE = { least: 2, most: 1000000, whole: true };
  const ARMS = {
    control: "Control: the list without the sensitive item",
    treatment: "Treatment: the list with it",
  };
  const REFUSED = "The last result is still shown; see the message beside the field.";
  const CONSTANT = "One of the two standard deviations must be above 0.";

  const KEYS = [
    ["adaptive", "estimate and its interval"],
    ["fixed", "effects too small to be found with 80 percent power"],
  ];

  function controls(setting) {
    const field = (quantity, arm, label, range) =>
      numberField(`${arm}-${quantity}`, label, { ...range, value: setting[`${quantity}_${arm}`] });
    const arm = (name) => ({
      mean: field("mean", name, "Mean count", COUNT),
      sd: field("sd", name, "Standard deviation of the counts", COUNT),
      n: field("n", name, "Respondents", SIZE),
    });
    return { control: arm("control"), treatment: arm("treatment") };
  }

  /** Values of the fields of an arm; null if one is missing or out of range. */
  function readArm(fields) {
    const entries = Object.entries(fields).map(([name, each]) => [name, each.value()]);
    return entries.some(([, value]) => value === null) ? null : Object.fromEntries(entries);
  }

  function percent(share) {
    return decimal(100 * share, 1);
  }

  function interval(found) {
    return `${percent(found.low)} to ${percent(found.high)}`;
  }

  function sentence(found) {
    const estimate = `The estimate is ${percent(found.estimate)} percentage points`;
    return `${estimate}, 95 percent interval ${interval(found)}.`;
  }

  function draw(picture, found) {
    const ends = [0, 1, found.low, found.high, found.detectable].map((value) => 100 * value);
    const [from, to] = [Math.min(...ends), Math.max(...ends)];
    const width = picture.width();
    const x = (points) => MARGIN + ((points - from) / (to - from)) * (width - 2 * MARGIN);
    const names = ["low", "estimate", "high", "detectable"];
    const [low, estimate, high, detectable] = names.map((name) => x(100 * found[name]));
    picture.show(
      `${sentence(found)} Effects from ${percent(found.detectable)} points on are found.`,
      axis(from, to, x, BASE, "percentage points"),
      shape("line", { class: "adaptive interval", x1: low, x2: high, y1: 25, y2: 25 }),
      shape("circle", { class: "chosen", cx: estimate, cy: 25, r: 5 }),
      shape("line", { class: "fixed", x1: x(0), x2: detectable, y1: 52, y2: 52 }),
      shape("line", { class: "fixed", x1: detectable, x2: detectable, y1: 45, y2: 59 }),
    );
  }

  function results(found) {
    return [
      ["estimate, percentage points", percent(found.estimate)],
      ["standard error, points", percent(found.stdError)],
      ["95 percent interval, points", interval(found)],
      ["degrees of freedom (Welch)", decimal(found.df, 1)],
      ["two-sided p-value", found.pValue < 0.0001 ? "below 0.0001" : decimal(found.pValue, 4)],
      ["effect found with 80 percent power, points", percent(found.detectable)],
    ];
  }

  start("list-experiment", (setting) => {
    const arms = controls(setting);
    const picture = canvas(HEIGHT);
    const status = element("p", { role: "status" });
    const outcome = table(["result", "value"]);
    const figure = element("figure", {}, picture.node, legend(KEYS));
    const show = () => {
      const [control, treatment] = [readArm(arms.control), readArm(arms.treatment)];
      const constant = control && treatment && control.sd + treatment.sd === 0;
      if (constant) arms.treatment.sd.say(CONSTANT);
      if (!control || !treatment || constant) {
        status.textContent = REFUSED;
        return false;
      }
      const found = book.listExperiment.difference(control, treatment);
      draw(picture, found);
      outcome.show("What these figures say of the share with the sensitive trait.", results(found));
      status.textContent = sentence(found);
      return true;
    };
    const groups = Object.entries(arms).map(([name, fields]) =>
      group(ARMS[name], Object.values(fields).map((each) => each.field)),
    );
    return { parts: [...groups, figure, status, outcome.node], show };
  });
})(globalThis.book);
