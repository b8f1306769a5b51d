"""Replicates of synthetic respondents: what is built in, what is found, how often it is covered."""

from datetime import UTC, datetime
from hashlib import sha256

import pandas as pd

from lib.core.closure import closure
from lib.core.paths import DATA, ROOT
from lib.respondents.replicates import FILE, country_replicates, coverage, individual_replicates

REPLICATES = 1000
FIRST_SEED = 1
COUNTRIES = (7, 25, 50)
SLOPE_SD = 0.4


def machinery() -> dict[str, object]:
    """Draw and fit all designs, and store the table that a page shows."""
    seeds = range(FIRST_SEED, FIRST_SEED + REPLICATES)
    designs = {
        "individuals": coverage(individual_replicates(DATA, seeds)),
        "individuals, misspecified": coverage(individual_replicates(DATA, seeds, SLOPE_SD)),
    }
    for n in COUNTRIES:
        designs[f"{n} countries"] = coverage(country_replicates(n, seeds), n - 2)
    table = pd.concat(designs, names=["design", None]).reset_index("design")
    code = closure(ROOT, ["from lib.respondents import replicates"])
    digest = sha256(b"".join(path.read_bytes() for path in code)).hexdigest()[:16]
    date = datetime.now(UTC).date().isoformat()
    table = table.assign(seed=FIRST_SEED, date=date, hash=digest).round(6)
    folder = DATA / "simulations"
    folder.mkdir(exist_ok=True)
    table.to_csv(folder / FILE, index=False, lineterminator="\n")
    return {"compared": "replicates of synthetic respondents", "rows": len(table)}
