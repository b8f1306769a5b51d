/** The page on quadrature: controls, drawing and tables over the functions of quadrature.js. */
(function (book) {
  "use strict";

  const { axis, canvas, choice, decimal, element, legend, shape } = book.page;
  const { slider, start, table } = book.page;
  const [HEIGHT, BASE, TOP, MARGIN] = [250, 200, 16, 14];
  const STEPS = 120;
  const NAMES = { fixed: "fixed nodes", adaptive: "adaptive nodes", exact: "exact" };
  const NONE = "no maximum was reached";

  const KEYS = [
    ["chosen", "integrand of the country looked at"],
    ["other", "of the other countries"],
    ["fixed", "fixed nodes, and what they find of it"],
    ["adaptive", "its adaptive nodes"],
  ];

  /** Says a position among the sizes as percent and as respondents. */
  function sizeInWords({ countries, sizes }) {
    const respondents = countries.reduce((total, each) => total + each.n, 0);
    return (position) => {
      const size = (respondents * sizes[position]) / (100 * countries.length);
      return `${sizes[position]} percent: ${decimal(size, 0)} respondents a country`;
    };
  }

  function controls(given) {
    const { countries, sizes, setting } = given;
    const points = { min: 2, max: 50, value: setting.points };
    const size = { min: 0, max: sizes.length - 1, value: sizes.indexOf(setting.percent) };
    const deviation = { min: 0.1, max: 2, step: 0.1, value: setting.startDeviation };
    const names = countries.map((each, index) => [index, each.name]);
    const rules = ["fixed", "adaptive"].map((rule) => [rule, NAMES[rule]]);
    return {
      points: slider("points", "Quadrature points", points, String),
      size: slider("size", "Cluster size", size, sizeInWords(given)),
      startDeviation: slider("start", "Standard deviation to start from", deviation, String),
      country: choice("country", "Country to look at", names, setting.country),
      drawnAt: choice("drawn-at", "Drawn at the estimates by", rules, setting.drawnAt),
    };
  }

  function readSetting(control, sizes) {
    return {
      points: control.points.value(),
      percent: sizes[control.size.value()],
      startDeviation: control.startDeviation.value(),
      country: Number(control.country.value()),
      drawnAt: control.drawnAt.value(),
    };
  }

  /** The line of an integrand as the points of an SVG polyline. */
  function line(curve, x, y) {
    const step = (curve.to - curve.from) / STEPS;
    const effects = Array.from({ length: STEPS + 1 }, (_, index) => curve.from + step * index);
    const corner = (effect) => `${x(effect).toFixed(1)},${y(curve.height(effect)).toFixed(1)}`;
    return effects.map(corner).join(" ");
  }

  /** What a figure shows in words. */
  function words(found, name, setting) {
    const { fixed, exact } = found.integrals;
    const reach = 2 * exact.deviation;
    const inside = fixed.effects.filter((effect) => Math.abs(effect - exact.mean) < reach);
    return (
      `Integrands of the countries over the country effect. That of ${name} is centred at ` +
      `${decimal(exact.mean, 2)} with a standard deviation of ${decimal(exact.deviation, 3)}; ` +
      `${inside.length} of ${setting.points} fixed nodes lie within two standard deviations of it.`
    );
  }

  /** Where effects and heights lie in a drawing: all integrands, and some of the nodes. */
  function scales(curves, parameters, width) {
    const reach = 1.5 * parameters[2];
    const from = Math.min(-reach, ...curves.map((curve) => curve.from));
    const to = Math.max(reach, ...curves.map((curve) => curve.to));
    return {
      from,
      to,
      x: (effect) => MARGIN + ((effect - from) / (to - from)) * (width - 2 * MARGIN),
      y: (height) => BASE - height * (BASE - TOP),
      shows: (effect) => effect >= from && effect <= to,
    };
  }

  function fixedNode(effect, curve, { x, y }) {
    const line = shape("line", { x1: x(effect), x2: x(effect), y1: TOP, y2: BASE });
    const found = shape("circle", { r: 4, cx: x(effect), cy: y(curve.height(effect)) });
    return shape("g", { class: "fixed" }, line, found);
  }

  function adaptiveNode(effect, curve, { x, y }) {
    const top = `M${x(effect)} ${y(curve.height(effect)) - 5}`;
    return shape("path", { class: "adaptive", d: `${top}l5 5l-5 5l-5 -5z` });
  }

  function draw(picture, found, setting) {
    const { sample, parameters, integrals } = found;
    const curves = sample.map((country) => book.quadrature.integrand(country, parameters));
    const chosen = curves[setting.country];
    const scale = scales(curves, parameters, picture.width());
    const drawn = (curve, kind) =>
      shape("polyline", { class: kind, points: line(curve, scale.x, scale.y) });
    const nodes = (rule, node) =>
      integrals[rule].effects.filter(scale.shows).map((effect) => node(effect, chosen, scale));
    picture.show(
      words(found, sample[setting.country].name, setting),
      axis(scale.from, scale.to, scale.x, BASE, "country effect, log odds"),
      ...curves.filter((curve) => curve !== chosen).map((curve) => drawn(curve, "other")),
      drawn(chosen, "chosen"),
      ...nodes("fixed", fixedNode),
      ...nodes("adaptive", adaptiveNode),
    );
  }

  function integralRow(name, integral) {
    return [
      NAMES[name],
      decimal(integral.logLikelihood, 3),
      decimal(integral.mean, 4),
      decimal(integral.deviation, 4),
    ];
  }

  function fitRow(name, fit) {
    if (fit === null) return [NAMES[name], NONE, "", "", "", ""];
    const { slope, slopeError, variance, varianceError, logLikelihood } = fit;
    const cells = [slope, slopeError, variance, varianceError].map((value) => decimal(value, 3));
    return [NAMES[name], ...cells, decimal(logLikelihood, 2)];
  }

  function sentence(fits, points) {
    const said = Object.entries(fits).map(([name, fit]) =>
      fit === null
        ? `with ${NAMES[name]} ${NONE}`
        : `${NAMES[name]} give a slope of ${decimal(fit.slope, 2)} ` +
          `with a standard error of ${decimal(fit.slopeError, 2)}`,
    );
    return `With ${points} points, ${said.join("; ")}.`;
  }

  start("quadrature", (given) => {
    const control = controls(given);
    const picture = canvas(HEIGHT);
    const status = element("p", { role: "status" });
    const fits = table(["quadrature", "slope", "its SE", "variance", "its SE", "log-likelihood"]);
    const integrals = table(["quadrature", "log-likelihood", "country effect", "its SD"]);
    const fields = Object.values(control).map((each) => each.field);
    const show = () => {
      const setting = readSetting(control, given.sizes);
      const found = book.quadrature.compare(given.countries, setting);
      draw(picture, found, setting);
      status.textContent = sentence(found.fits, setting.points);
      const fitted = Object.entries(found.fits).map((entry) => fitRow(...entry));
      fits.show("Estimates from all countries.", fitted);
      const integrated = Object.entries(found.integrals).map((entry) => integralRow(...entry));
      const { name } = found.sample[setting.country];
      integrals.show(`${name}: what the nodes make of its integral.`, integrated);
    };
    const figure = element("figure", {}, picture.node, legend(KEYS));
    const together = element("div", { class: "interactive-fields" }, ...fields);
    return { parts: [together, figure, status, fits.node, integrals.node], show };
  });
})(globalThis.book);
