/**
 * The difference in means of a list experiment from summary statistics, as lib computes it.
 *
 * Pure functions. An arm is {mean, sd, n}: of item counts, and the number of respondents. Formulas
 * and sources: lib/estimators/list_experiment/difference.py and lib/estimators/power.
 */
(function (book) {
  "use strict";

  const LEVEL = 0.05;
  /** Standard normal quantiles of 97.5 and 80 percent. */
  const CRITICAL = 1.959963984540054;
  const POWER_QUANTILE = 0.8416212335729143;
  const LANCZOS_CONSTANT = 0.99999999999980993;
  const LANCZOS = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];

  /** Logarithm of the gamma function for x above 0.5 (Lanczos 1964, SIAM J. Numer. Anal. 1, 86). */
  function logGamma(x) {
    const base = x + LANCZOS.length - 1.5;
    const series = LANCZOS.reduce((total, c, index) => total + c / (x + index), LANCZOS_CONSTANT);
    return (x - 0.5) * Math.log(base) - base + Math.log(Math.sqrt(2 * Math.PI) * series);
  }

  /** Continued fraction of the incomplete beta function (Abramowitz & Stegun 1964, 26.5.8). */
  function betaFraction(a, b, x) {
    const tiny = 1e-300;
    const away = (value) => (Math.abs(value) < tiny ? tiny : value);
    let [numerator, denominator] = [1, 1 / away(1 - ((a + b) * x) / (a + 1))];
    let fraction = denominator;
    for (let m = 1, ratio = 0; m < 10000 && Math.abs(ratio - 1) > 1e-16; m++) {
      const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
      const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
      for (const term of [even, odd]) {
        denominator = 1 / away(1 + term * denominator);
        numerator = away(1 + term / numerator);
        ratio = numerator * denominator;
        fraction *= ratio;
      }
    }
    return fraction;
  }

  /** Regularized incomplete beta function at x; y = 1 - x is given too, so that it is exact. */
  function incompleteBeta(a, b, x, y) {
    if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, y, x);
    if (x === 0) return 0;
    const logBeta = logGamma(a) + logGamma(b) - logGamma(a + b);
    const factor = Math.exp(a * Math.log(x) + b * Math.log(y) - logBeta);
    return (factor * betaFraction(a, b, x)) / a;
  }

  /** Two-sided p-value of a Student t statistic. */
  function studentPValue(t, df) {
    const whole = df + t ** 2;
    return incompleteBeta(df / 2, 0.5, df / whole, t ** 2 / whole);
  }

  /** Density of Student's t distribution. */
  function studentDensity(t, df) {
    const logConstant = logGamma((df + 1) / 2) - logGamma(df / 2) - Math.log(df * Math.PI) / 2;
    return Math.exp(logConstant - ((df + 1) / 2) * Math.log1p(t ** 2 / df));
  }

  /** Critical value of a two-sided t test; from the normal one Newton's method climbs to it. */
  function studentCritical(level, df) {
    let t = CRITICAL;
    for (let step = 0; step < 60; step++) {
      const change = (studentPValue(t, df) - level) / (2 * studentDensity(t, df));
      t += change;
      if (Math.abs(change) < 1e-14 * t) break;
    }
    return t;
  }

  /**
   * Difference in means with Welch's standard error and degrees of freedom.
   *
   * All in items; an item is 100 percentage points. The detectable effect is what a two-sided
   * z test at 5 percent finds with a power of 80 percent.
   */
  function difference(control, treatment) {
    const variances = [control, treatment].map((arm) => arm.sd ** 2 / arm.n);
    const total = variances[0] + variances[1];
    const parts = variances[0] ** 2 / (control.n - 1) + variances[1] ** 2 / (treatment.n - 1);
    const estimate = treatment.mean - control.mean;
    const stdError = Math.sqrt(total);
    const df = total ** 2 / parts;
    const half = studentCritical(LEVEL, df) * stdError;
    return {
      estimate,
      stdError,
      df,
      low: estimate - half,
      high: estimate + half,
      pValue: studentPValue(estimate / stdError, df),
      detectable: (CRITICAL + POWER_QUANTILE) * stdError,
    };
  }

  book.listExperiment = { difference };
})((globalThis.book ??= {}));
