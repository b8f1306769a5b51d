"""How often intervals for a country-level slope hold the truth, by method and countries."""

from datetime import UTC, datetime

import pandas as pd

from lib.core.paths import DATA, ROOT
from lib.estimators.few_countries import coverage, null_tests
from lib.sources.simulations import FEW_COUNTRIES, few_countries_hash

REPLICATES = {7: 1000, 12: 400, 25: 400, 50: 400}
BOOTSTRAPPED, SAMPLES = 100, 99  # surveys of seven countries, and samples of each


def few_countries() -> dict[str, object]:
    """Draw surveys without a slope, test it by every method, and store the table."""
    tables = {n: coverage(null_tests(n, range(1, 1 + size))) for n, size in REPLICATES.items()}
    bootstrap = coverage(null_tests(7, range(1, 1 + BOOTSTRAPPED), SAMPLES))
    tables[7] = pd.concat([tables[7], bootstrap[bootstrap["method"] == "parametric bootstrap"]])
    table = pd.concat(tables, names=["countries", None]).reset_index("countries")
    date = datetime.now(UTC).date().isoformat()
    table = table.assign(seed=1, date=date, hash=few_countries_hash(ROOT)).round(6)
    table.to_csv(DATA / "simulations" / FEW_COUNTRIES, index=False, lineterminator="\n")
    return {"compared": "methods for few countries", "rows": len(table)}
