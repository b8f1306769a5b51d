"""
Hold the list-experiment estimators against experiments that somebody ran.

    python tests/reference/check_real_experiments.py FOLDER

FOLDER holds race.csv and affirm.csv, the data of R's package list (SensitiveQuestions/list), with
age divided by 10, and optionally reference_R.csv: what list 9.2.6 gave of them (dataset, model,
block, term, estimate, std_error). Prints one row a number, and ends with 1 if one differs without
a reason that the script itself checks. tests/test_list_experiment_real.py holds counts by arm.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from lib.estimators.list_experiment import ictreg  # noqa: E402
from lib.estimators.list_experiment.specification import Specification  # noqa: E402

TERMS = ["Intercept", "south", "age", "male", "college"]
FORMULA = "y ~ south + age + male + college"
SHARES = "south + age + male + college"
SCALE = 2.5  # of the Cauchy priors in R
# Imai (2011, JASA 106:407), Table 1, and Blair & Imai (2012, Political Analysis 20:47), Table 7
PUBLISHED = {
    ("race", "linear"): "-.434 .202 .07 .180 .114 | .16 .118 .03 .098 .098",
    ("race", "nls"): "-7.084 2.490 .26 3.097 .612 | 3.669 1.268 .31 2.829 1.030",
    ("race", "ml"): "-5.508 1.675 .64 .846 -.315 | 1.021 .559 .16 .494 .474",
    ("race", "unconstrained"): "-6.226 1.379 .65 1.366 -.182",
    ("affirm", "ml"): "-1.299 1.177 .295 .040 -.343 | .556 .480 .101 .346 .336",
}
WITH_PRIORS = {  # sensitive coefficients of Table 7
    "ceiling": "-1.291 1.175 .294 .038 -.345",
    "floor": "-1.251 .682 .314 -.088 -.605",
    "both": "-1.245 .681 .313 -.088 -.606",
}
OPTIONS = {
    "linear": {"method": "linear"},
    "nls": {"method": "nls"},
    "ml": {},
    "unconstrained": {"constrained": False},
    "ceiling": {"ceiling": SHARES, "prior": SCALE},
    "floor": {"floor": SHARES, "prior": SCALE},
    "both": {"ceiling": SHARES, "floor": SHARES, "prior": SCALE},
    "lm": {"method": "linear"},
    "ml_constrained_binomial": {},
    "ml_unconstrained_binomial": {"constrained": False},
    "ml_constrained_betabinomial": {"overdispersed": True},
    "ml_topcoded": {"error": "topcode"},
    "ml_uniform": {"error": "uniform"},
    "ml_robust": {"robust": True},
    "ml_ceiling_bayesglm": {"ceiling": SHARES, "prior": SCALE},
    "ml_floor_bayesglm": {"floor": SHARES, "prior": SCALE},
}
BLOCKS = {"treat": "sensitive", "control.psi0": "control.z0", "control.psi1": "control.z1"}


def main(folder: Path) -> int:
    """Print the table and say whether all is explained."""
    data = {name: pd.read_csv(folder / f"{name}.csv") for name in ("race", "affirm")}
    data = {name: rows.astype({"treat": int}) for name, rows in data.items()}
    found = [row for key, numbers in PUBLISHED.items() for row in printed(data, *key, numbers)]
    found += [
        row for name, numbers in WITH_PRIORS.items() for row in posterior(data, name, numbers)
    ]
    reference = folder / "reference_R.csv"
    if reference.exists():
        models = pd.read_csv(reference).groupby(["dataset", "model"], sort=False)
        for (dataset, model), known in models:
            if dataset in data and model in OPTIONS:
                found += against_r(fit(data, dataset, model), known, f"{dataset} {model}")
    table = pd.DataFrame(found, columns=["what", "theirs", "here", "verdict"])
    print(table.to_string(index=False, float_format=lambda value: f"{value:.4f}"))
    return int(table["verdict"].eq("DIFFERS").any())


def fit(data, dataset, model):
    return ictreg(FORMULA, data[dataset], "treat", 3, **OPTIONS[model])


def printed(data, dataset, model, numbers):
    """Compare printed coefficients, and standard errors behind the bar, as they print."""
    ours = fit(data, dataset, model)
    parts = numbers.split("|")
    for part, values in zip(parts, (ours.params, ours.bse), strict=False):
        for text, term in zip(part.split(), TERMS, strict=True):
            here, unit = values[f"sensitive.{term}"], 10.0 ** -len(text.partition(".")[2])
            beyond = abs(here - float(text)) - 0.5001 * unit  # of what rounds to the printed value
            near = 1e-3 * ours.bse[f"sensitive.{term}"]
            label = f"{dataset} {model} {'' if part is parts[0] else 'SE '}{term}"
            verdict = "as printed" if beyond <= 0 else "R stopped early"
            yield label, float(text), here, verdict if beyond < near else "DIFFERS"


def posterior(data, name, numbers):
    """Compare the highest posterior there is with the printed coefficients to that at the mode."""
    mode, given = fit(data, "affirm", name), np.array([float(text) for text in numbers.split()])
    for term, value in zip(TERMS, given, strict=True):
        yield f"affirm {name} {term}", value, mode.params[f"sensitive.{term}"], "see next"
    likelihood = mode.specification.likelihood(mode.model.rows)

    def minus(rest):
        at = likelihood.evaluate(np.concatenate([given, rest]))
        return -at.log_likelihood, -at.score[len(given) :]

    rest = minimize(minus, mode.params.to_numpy()[len(given) :], jac=True)
    best = mode._results._evaluation.log_likelihood
    verdict = "EM stopped short" if -rest.fun < best else "DIFFERS"
    yield f"affirm {name}: highest log posterior", -rest.fun, best, verdict


def against_r(ours, known, label):
    """Compare with R; where R stops short of its maximum, compare the curvature where it stops."""
    known = known[known["block"].isin([*BLOCKS, "control", "ceiling", "floor", "overdispersion"])]
    terms = known["term"].fillna("").str.replace(r"^(?:beta|gamma)X", "", regex=True)
    names = [TERMS[i % 5] if not term else term.strip("()") for i, term in enumerate(terms)]
    names = [
        block if block == term else f"{BLOCKS.get(block, block)}.{term}"
        for block, term in zip(known["block"], names, strict=True)
    ]
    estimates = known["estimate"].set_axis(names)
    specification = ours.specification
    gap = (ours.params[names] - estimates).abs() / ours.bse[names]
    errors = (ours.bse[names] / known["std_error"].set_axis(names) - 1).abs()
    if "robust" in label:
        gaps = [share - ours.predict()["estimate"][0] for share in robust_shares(ours, estimates)]
        errors = (robust_errors_of_r(ours, estimates) / known["std_error"].to_numpy() - 1).max()
        yield f"{label}: share less difference in means", *gaps, "met but for R's weight"
        same = "same" if abs(errors) < 1e-3 else "DIFFERS"
        yield f"{label}: SEs by Horvitz-Thompson, ratio - 1", 0.0, errors, same
        return
    if "bayesglm" in label:
        at = specification.likelihood(ours.model.rows).evaluate(
            estimates[ours.params.index].to_numpy()
        )
        variances = np.diag(np.linalg.inv(at.information))  # negative where R has no error either
        curvature = pd.Series(np.where(variances > 0, variances, np.nan) ** 0.5, ours.params.index)
        errors = (curvature[names] / known["std_error"].set_axis(names) - 1).abs()
        best = ours._results._evaluation.log_likelihood
        short = at.log_likelihood < best
        yield f"{label}: log posterior", at.log_likelihood, best, "short" if short else "DIFFERS"
        yield f"{label}: SE there", 0.0, errors.max(), "same" if errors.max() < 0.01 else "DIFFERS"
        return
    yield f"{label}: largest gap in SEs", 0.0, gap.max(), "same" if gap.max() < 0.02 else "DIFFERS"
    same = "same" if errors.max() < 0.02 else "DIFFERS"
    yield f"{label}: largest ratio of SEs - 1", 0.0, errors.max(), same


def robust_shares(ours, estimates):
    """Mean share of the trait at R's estimates and at ours."""
    X, k = ours.model.exog, len(TERMS)
    return [expit(X @ params.to_numpy()[:k]).mean() for params in (estimates, ours.params)]


def robust_errors_of_r(ours, estimates):
    """Sandwich of R: the difference is one of inverse-probability means, with the counts' level."""
    X, k, rows = ours.model.exog, len(TERMS), ours.model.rows
    at = Specification().likelihood(rows).evaluate(estimates.to_numpy())
    share, treated = expit(X @ estimates.to_numpy()[:k]), rows.treatment
    weighted = rows.y * (treated / treated.mean() - (1 - treated) / (1 - treated).mean())
    first, second = (np.column_stack([at.scores, share - d]) for d in (weighted.mean(), weighted))
    slopes = np.vstack([-at.information, np.append((share * (1 - share)) @ X, np.zeros(k))])
    moved = np.linalg.solve(first.T @ first, slopes)
    inverse = np.linalg.inv(slopes.T @ moved) @ moved.T
    return np.sqrt(np.diag(inverse @ (second.T @ second) @ inverse.T))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
