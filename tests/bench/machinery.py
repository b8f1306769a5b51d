"""Replicates of synthetic respondents: what is built in, what is found, how often it is covered."""

from datetime import UTC, datetime

import pandas as pd

from lib.core.paths import DATA, ROOT
from lib.respondents.replicates import (
    FILE,
    code_hash,
    country_replicates,
    coverage,
    individual_replicates,
    log_odds_replicates,
    support_replicates,
)
from lib.respondents.synthetic import ITEM_SHARES

REPLICATES = 1000
FIRST_SEED = 1
COUNTRIES = (7, 25, 50)
SLOPE_SD = 0.4
LISTS = (400, 2000)
DEFLATION = 0.1
LARGE = 5000


def machinery() -> dict[str, object]:
    """Draw and fit all designs, and store the table that a page shows."""
    seeds = range(FIRST_SEED, FIRST_SEED + REPLICATES)
    designs = {
        "individuals": coverage(individual_replicates(DATA, seeds)),
        "individuals, misspecified": coverage(individual_replicates(DATA, seeds, SLOPE_SD)),
    }
    for n in COUNTRIES:
        designs[f"{n} countries"] = coverage(country_replicates(n, seeds), n - 2)
    for n in LISTS:
        designs[f"list experiment of {n:,}"] = coverage(support_replicates(n, seeds))
    deflated = coverage(support_replicates(LISTS[0], seeds, DEFLATION))
    designs[f"list experiment of {LISTS[0]}, deflated"] = deflated
    designs["log odds"] = coverage(log_odds_replicates(LARGE, seeds))
    unequal = coverage(log_odds_replicates(LARGE, seeds, ITEM_SHARES))
    designs["log odds, misspecified"] = unequal
    table = pd.concat(designs, names=["design", None]).reset_index("design")
    date = datetime.now(UTC).date().isoformat()
    table = table.assign(seed=FIRST_SEED, date=date, hash=code_hash(ROOT)).round(6)
    folder = DATA / "simulations"
    folder.mkdir(exist_ok=True)
    table.to_csv(folder / FILE, index=False, lineterminator="\n")
    return {"compared": "replicates of synthetic respondents", "rows": len(table)}
