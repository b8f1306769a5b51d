/**
 * Quadrature in a logit with a random intercept by country, as lib/estimators/multilevel does it.
 *
 * Pure functions. A country is {name, n, yes, x}: respondents, those who answered yes, and one
 * regressor. The working parameters are [intercept, slope, standard deviation]. Formulas and
 * sources: lib/estimators/multilevel/likelihood.py, maximize.py and solution.py.
 */
(function (book) {
  "use strict";

  const TOLERANCE = 1e-13;
  const MODE_TOLERANCE = 1e-12;
  const MAXIMUM_ITERATIONS = 200;
  const HALVINGS = 40;
  const INFORMATION_POINTS = 25;
  const CLIMBING_POINTS = 5;
  const SMALLEST_CURVATURE = 0.01;
  const ROTATIONS = 50;
  const REFERENCE_POINTS = 101;
  const BOUNDARY = 1e-3;
  const FLAT = 1e3;
  const SPREAD = 4.5;
  const rules = new Map();

  /** No maximum was reached; what stands on the page is then no number. */
  class NoMaximum extends Error {}

  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const dot = (left, right) => sum(left.map((value, index) => value * right[index]));
  const add = (left, right, factor) => left.map((value, index) => value + factor * right[index]);
  const outer = (vector) => vector.map((row) => vector.map((column) => row * column));

  const scaled = (matrix, factor) => matrix.map((row) => row.map((value) => factor * value));
  const matrixSum = (left, right) => left.map((row, index) => add(row, right[index], 1));

  const transposed = (matrix) => matrix[0].map((_, index) => matrix.map((row) => row[index]));

  /** Lower-triangular factor of a symmetric matrix; null if it is not positive definite. */
  function cholesky(matrix) {
    const factor = matrix.map(() => []);
    for (let row = 0; row < matrix.length; row++) {
      for (let column = 0; column <= row; column++) {
        const rest = matrix[row][column] - dot(factor[column].slice(0, column), factor[row]);
        if (row === column && !(rest > 0)) return null;
        factor[row][column] = row === column ? Math.sqrt(rest) : rest / factor[column][column];
      }
    }
    return factor;
  }

  /** Solve a lower-triangular system. */
  function forward(factor, right) {
    const solution = [];
    factor.forEach((row, index) => {
      solution[index] = (right[index] - dot(solution, row)) / row[index];
    });
    return solution;
  }

  /** Solve the system of the transpose of a lower-triangular matrix. */
  function backward(factor, right) {
    const solution = right.slice();
    for (let index = factor.length - 1; index >= 0; index--) {
      for (let below = index + 1; below < factor.length; below++) {
        solution[index] -= factor[below][index] * solution[below];
      }
      solution[index] /= factor[index][index];
    }
    return solution;
  }

  /** Solve a symmetric positive definite system, given its Cholesky factor. */
  const solve = (factor, right) => backward(factor, forward(factor, right));

  /** Hermite polynomials of degree n and n - 1, orthonormal under the normal density. */
  function hermite(n, x) {
    let [before, value] = [0, 1];
    for (let k = 0; k < n; k++) {
      [before, value] = [value, (x * value - Math.sqrt(k) * before) / Math.sqrt(k + 1)];
    }
    return [value, before];
  }

  /** Newton's method for a root of the polynomial of degree n. */
  function polished(n, start) {
    let x = start;
    for (let step = 0; step < 10; step++) {
      const [value, before] = hermite(n, x);
      x -= value / (Math.sqrt(n) * before);
    }
    return x;
  }

  /** The positive roots: all lie below the root of 4n + 2 and further apart than the step. */
  function positiveRoots(n) {
    const [step, end] = [1 / (4 * Math.sqrt(n)), Math.sqrt(4 * n + 2)];
    const roots = [];
    for (let x = step / 2; x < end; x += step) {
      if (hermite(n, x)[0] * hermite(n, x + step)[0] < 0) roots.push(polished(n, x + step / 2));
    }
    return roots;
  }

  /** Nodes, ascending, and log weights for an expectation over a standard normal variable. */
  function gaussHermite(n) {
    if (!rules.has(n)) {
      const positive = positiveRoots(n);
      const middle = n % 2 ? [0] : [];
      const nodes = [...positive.map((root) => -root).reverse(), ...middle, ...positive];
      const logWeights = nodes.map((x) => -Math.log(n) - 2 * Math.log(Math.abs(hermite(n, x)[1])));
      rules.set(n, { nodes, logWeights });
    }
    return rules.get(n);
  }

  /** Log density of a country's answers at a linear predictor, and its derivatives there. */
  function density(country, predictor) {
    const softplus = Math.max(predictor, 0) + Math.log1p(Math.exp(-Math.abs(predictor)));
    const share = 1 / (1 + Math.exp(-predictor));
    const information = country.n * share * (1 - share);
    return {
      log: country.yes * predictor - country.n * softplus,
      first: country.yes - country.n * share,
      information,
      third: -information * (1 - 2 * share),
    };
  }

  /** Mode of a country's integrand in the standardized effect; a step that lowers it is halved. */
  function mode(country, fixedPart, deviation) {
    let [effect, height, step] = [0, -Infinity, 0];
    for (let iteration = 0; iteration < MAXIMUM_ITERATIONS; iteration++) {
      const at = density(country, fixedPart + deviation * effect);
      const newHeight = at.log - effect ** 2 / 2;
      const gradient = deviation * at.first - effect;
      const newton = gradient / (1 + deviation ** 2 * at.information);
      if (newHeight < height - 1e-9 * Math.abs(height)) {
        step /= 2;
        effect -= step;
      } else {
        if (gradient * newton < MODE_TOLERANCE) return effect + newton;
        [height, step] = [newHeight, newton];
        effect += step;
      }
    }
    throw new NoMaximum(`The mode of ${country.name} was not found.`);
  }

  /** Where the nodes of a country lie, v = centre + scale * node, and how that moves. */
  function place(country, parameters, adaptive) {
    if (!adaptive) return { centre: 0, scale: 1, centreMoves: [0, 0, 0], scaleMoves: [0, 0, 0] };
    const deviation = parameters[2];
    const fixedPart = parameters[0] + parameters[1] * country.x;
    const centre = mode(country, fixedPart, deviation);
    const at = density(country, fixedPart + deviation * centre);
    const curvature = 1 + deviation ** 2 * at.information;
    const tangent = [1, country.x, centre];
    const centreMoves = tangent.map((part) => (-deviation * at.information * part) / curvature);
    centreMoves[2] += at.first / curvature;
    const curvatureMoves = tangent.map(
      (part, index) => -(deviation ** 2) * at.third * (part + deviation * centreMoves[index]),
    );
    curvatureMoves[2] += 2 * deviation * at.information;
    const scaleMoves = curvatureMoves.map((move) => -move / (2 * curvature ** 1.5));
    return { centre, scale: 1 / Math.sqrt(curvature), centreMoves, scaleMoves };
  }

  /** Each node's effect, density and log of its term in a country's quadrature sum. */
  function terms(country, parameters, rule, placed) {
    const fixedPart = parameters[0] + parameters[1] * country.x;
    return rule.nodes.map((node, index) => {
      const effect = placed.centre + placed.scale * node;
      const at = density(country, fixedPart + parameters[2] * effect);
      const moved = (node ** 2 - effect ** 2) / 2 + Math.log(placed.scale);
      return { node, effect, at, log: at.log + rule.logWeights[index] + moved };
    });
  }

  /** Part of a country's score that is due to its nodes moving with the parameters. */
  function movement(points, placed, deviation) {
    const slopes = points.map((each) => each.share * (deviation * each.at.first - each.effect));
    const byCentre = sum(slopes);
    const byScale = dot(slopes, points.map((each) => each.node)) + 1 / placed.scale;
    return add(placed.centreMoves.map((move) => byCentre * move), placed.scaleMoves, byScale);
  }

  /** Second moments of (1, x, v) from those of (1, v), x being the same for a whole country. */
  function expanded(constant, mixed, squared, x) {
    return [
      [constant, constant * x, mixed],
      [constant * x, constant * x ** 2, mixed * x],
      [mixed, mixed * x, squared],
    ];
  }

  /** One country: log-likelihood, posterior of its effect, score, information (Louis 1982). */
  function evaluateCountry(country, parameters, rule, adaptive) {
    const placed = place(country, parameters, adaptive);
    const points = terms(country, parameters, rule, placed);
    const highest = Math.max(...points.map((each) => each.log));
    const relative = sum(points.map((each) => Math.exp(each.log - highest)));
    const logLikelihood = highest + Math.log(relative);
    for (const each of points) each.share = Math.exp(each.log - logLikelihood);
    const mean = (of) => points.reduce((total, each) => total + each.share * of(each), 0);
    const byIntercept = mean((each) => each.at.first);
    const byDeviation = mean((each) => each.at.first * each.effect);
    const intercepts = (each) => each.at.first - byIntercept;
    const deviations = (each) => each.at.first * each.effect - byDeviation;
    const [constant, mixed, squared] = [0, 1, 2].map((power) =>
      mean((each) => each.at.information * each.effect ** power),
    );
    const fixedNodes = [byIntercept, byIntercept * country.x, byDeviation];
    return {
      logLikelihood,
      points,
      score: adaptive ? add(fixedNodes, movement(points, placed, parameters[2]), 1) : fixedNodes,
      complete: expanded(constant, mixed, squared, country.x),
      information: expanded(
        constant - mean((each) => intercepts(each) ** 2),
        mixed - mean((each) => intercepts(each) * deviations(each)),
        squared - mean((each) => deviations(each) ** 2),
        country.x,
      ),
    };
  }

  /** Sum of what `evaluateCountry` gives over the countries. */
  function evaluate(countries, parameters, nPoints, adaptive) {
    const rule = gaussHermite(nPoints);
    const each = countries.map((country) => evaluateCountry(country, parameters, rule, adaptive));
    return {
      logLikelihood: sum(each.map((part) => part.logLikelihood)),
      score: each.map((part) => part.score).reduce((left, right) => add(left, right, 1)),
      complete: each.map((part) => part.complete).reduce(matrixSum),
      information: each.map((part) => part.information).reduce(matrixSum),
    };
  }

  /** The likelihood by one kind of quadrature, as a function of the working parameters. */
  function likelihood(countries, nPoints, adaptive) {
    return (parameters) => {
      const at = evaluate(countries, parameters, nPoints, adaptive);
      const information = (least) =>
        adaptive && nPoints < least
          ? evaluate(countries, parameters, least, true).information
          : at.information;
      return { ...at, adaptive, parameters, information };
    };
  }

  /** The likelihood of a logit without country effects, in intercept and slope. */
  function pooledLikelihood(countries) {
    return (parameters) => {
      const parts = countries.map((country) => {
        const at = density(country, parameters[0] + parameters[1] * country.x);
        const tangent = [1, country.x];
        const information = scaled(outer(tangent), at.information);
        return { log: at.log, score: tangent.map((part) => part * at.first), information };
      });
      const information = parts.map((part) => part.information).reduce(matrixSum);
      const score = parts.map((part) => part.score).reduce((left, right) => add(left, right, 1));
      const logLikelihood = sum(parts.map((part) => part.log));
      const same = { parameters, complete: information, information: () => information };
      return { logLikelihood, score, ...same };
    };
  }

  /** Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations. */
  function eigen(matrix) {
    const size = matrix.length;
    const vectors = matrix.map((row, index) => row.map((_, other) => Number(index === other)));
    let rest = matrix.map((row) => row.slice());
    for (let rotation = 0; rotation < ROTATIONS; rotation++) {
      const p = rotation % size;
      const q = (p + 1) % size;
      if (rest[p][q] === 0) continue;
      const angle = Math.atan2(2 * rest[p][q], rest[q][q] - rest[p][p]) / 2;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const turn = (row) => {
        [row[p], row[q]] = [cos * row[p] - sin * row[q], sin * row[p] + cos * row[q]];
      };
      rest.forEach(turn);
      rest = transposed(rest);
      rest.forEach(turn);
      vectors.forEach(turn);
    }
    return { values: rest.map((row, index) => row[index]), vectors };
  }

  /** Newton step with the curvatures relative to complete data, in size, so that it is uphill. */
  function turned(information, factor, score) {
    const half = (rows) => rows.map((row) => forward(factor, row));
    const { values, vectors } = eigen(half(transposed(half(information))));
    const sizes = values.map((value) => Math.max(Math.abs(value), SMALLEST_CURVATURE));
    const parts = transposed(vectors).map((vector) => dot(vector, forward(factor, score)));
    const along = parts.map((part, index) => part / sizes[index]);
    return backward(factor, vectors.map((row) => dot(row, along)));
  }

  /** Newton step; where the information is not positive definite, another that is uphill. */
  function direction(at) {
    const information = at.information(CLIMBING_POINTS);
    const newton = cholesky(information);
    if (newton !== null) return { step: solve(newton, at.score), isNewton: true };
    const complete = cholesky(at.complete);
    if (complete === null) throw new NoMaximum("The information is singular.");
    const other = at.adaptive ? turned(information, complete, at.score) : solve(complete, at.score);
    return { step: other, isNewton: false };
  }

  /** The likelihood at parameters; null where a mode is out of reach. */
  function within(evaluateAt, parameters) {
    try {
      return evaluateAt(parameters);
    } catch (error) {
      if (error instanceof NoMaximum) return null;
      throw error;
    }
  }

  /** Halve a step until the log-likelihood rises enough (Armijo's rule). */
  function lineSearch(evaluateAt, parameters, at, step, slope) {
    const rounding = 1e-13 * Math.abs(at.logLikelihood);
    for (let fraction = 1, halving = 0; halving < HALVINGS; halving++, fraction /= 2) {
      const proposal = add(parameters, step, fraction);
      const there = within(evaluateAt, proposal);
      if (there === null) continue;
      const gain = there.logLikelihood - at.logLikelihood;
      if (gain >= 1e-4 * fraction * slope - rounding) return [proposal, there];
    }
    throw new NoMaximum("No step raises the log-likelihood.");
  }

  /** Climb to a local maximum; the last step is taken whole, and gains less than rounding. */
  function maximize(evaluateAt, start) {
    let [parameters, at] = [start, evaluateAt(start)];
    for (let iteration = 0; iteration < MAXIMUM_ITERATIONS; iteration++) {
      const { step, isNewton } = direction(at);
      const slope = dot(at.score, step);
      if (slope < TOLERANCE) {
        const factor = isNewton ? cholesky(at.information(INFORMATION_POINTS)) : null;
        if (factor === null) throw new NoMaximum("The climb ended where there is no maximum.");
        return evaluateAt(add(parameters, solve(factor, at.score), 1));
      }
      [parameters, at] = lineSearch(evaluateAt, parameters, at, step, slope);
    }
    throw new NoMaximum("The log-likelihood was still rising.");
  }

  /** Climb; then make the standard deviation positive, whose sign the likelihood does not know. */
  function climb(evaluateAt, start) {
    const maximum = maximize(evaluateAt, start);
    const [intercept, slope, deviation] = maximum.parameters;
    return deviation < 0 ? maximize(evaluateAt, [intercept, slope, -deviation]) : maximum;
  }

  /** Estimates and standard errors from a maximum, the deviation turned into a variance. */
  function estimates(maximum) {
    const { parameters } = maximum;
    const [deviation, information] = [parameters[2], maximum.information(INFORMATION_POINTS)];
    if (deviation < BOUNDARY / Math.sqrt(information[2][2])) {
      throw new NoMaximum("The variance between countries is estimated as zero.");
    }
    const factor = cholesky(information);
    if (factor === null) throw new NoMaximum("The information is not positive definite.");
    const units = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    const errors = units.map((unit, index) => Math.sqrt(solve(factor, unit)[index]));
    if (errors[2] > FLAT * deviation) throw new NoMaximum("The log-likelihood is flat.");
    return {
      intercept: parameters[0],
      slope: parameters[1],
      slopeError: errors[1],
      variance: deviation ** 2,
      varianceError: 2 * deviation * errors[2],
      logLikelihood: maximum.logLikelihood,
      parameters,
    };
  }

  /**
   * Fit the model by one kind of quadrature from the pooled estimates and a standard deviation.
   *
   * Returns null where no maximum is reached.
   */
  function fit(countries, nPoints, adaptive, startDeviation) {
    try {
      const pooled = maximize(pooledLikelihood(countries), [0, 0]).parameters;
      const start = [...pooled, startDeviation];
      return estimates(climb(likelihood(countries, nPoints, adaptive), start));
    } catch (error) {
      if (error instanceof NoMaximum) return null;
      throw error;
    }
  }

  /** Log-likelihood of one country and posterior mean and deviation of its effect. */
  function integrate(country, parameters, nPoints, adaptive) {
    const rule = gaussHermite(nPoints);
    const { logLikelihood, points } = evaluateCountry(country, parameters, rule, adaptive);
    const effects = points.map((each) => parameters[2] * each.effect);
    const shares = points.map((each) => each.share);
    const mean = dot(shares, effects);
    const variance = dot(shares, effects.map((effect) => (effect - mean) ** 2));
    return { logLikelihood, mean, deviation: Math.sqrt(variance), effects };
  }

  /** A country's integrand over its effect in log odds, where it is not zero, peak 1. */
  function integrand(country, parameters) {
    const { centre, scale } = place(country, parameters, true);
    const fixedPart = parameters[0] + parameters[1] * country.x;
    const log = (effect) =>
      density(country, fixedPart + parameters[2] * effect).log - effect ** 2 / 2;
    const peak = log(centre);
    return {
      from: parameters[2] * (centre - SPREAD * scale),
      to: parameters[2] * (centre + SPREAD * scale),
      height: (effect) => Math.exp(log(effect / parameters[2]) - peak),
    };
  }

  /** The countries with a percentage of their respondents, counts rounded half up. */
  function resized(countries, percent) {
    const part = (count) => Math.floor((count * percent) / 100 + 0.5);
    return countries.map((each) => ({ ...each, n: part(each.n), yes: part(each.yes) }));
  }

  /**
   * All that the page shows for one setting.
   *
   * The setting is {points, percent, startDeviation, country, drawnAt}: points of either rule,
   * percent of the respondents, standard deviation to start from, index of the country to look
   * at, and whose estimates its integrand is drawn at, "fixed" or "adaptive".
   */
  function compare(countries, setting) {
    const sample = resized(countries, setting.percent);
    const fixed = fit(sample, setting.points, false, setting.startDeviation);
    const adaptive = fit(sample, setting.points, true, setting.startDeviation);
    const { parameters } = (setting.drawnAt === "fixed" && fixed) || adaptive;
    const country = sample[setting.country];
    return {
      sample,
      fits: { fixed, adaptive },
      parameters,
      integrals: {
        fixed: integrate(country, parameters, setting.points, false),
        adaptive: integrate(country, parameters, setting.points, true),
        exact: integrate(country, parameters, REFERENCE_POINTS, true),
      },
    };
  }

  book.quadrature = { compare, gaussHermite, integrand };
})((globalThis.book ??= {}));
