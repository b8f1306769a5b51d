"""
Run the benchmarks: ``python -m tests.bench [NAME ...]``, by default all but those that take hours.

Each writes data/benchmarks/<date>-<name>.json. A benchmark is a function without arguments that
returns a small dict; to add one, name it in BENCHMARKS.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from lib.core.paths import DATA
from tests.bench.few_countries import few_countries
from tests.bench.list_experiment import MODELS, list_experiment, list_experiment_bootstrap
from tests.bench.machinery import machinery
from tests.bench.multilevel import (
    mixed_logit,
    mixed_logit_continuous,
    mixed_logit_pooled,
    mixed_ordered_logit,
    mixed_ordered_logit_pooled,
    specification_grid,
)
from tests.bench.mutation import mutation, mutation_sample
from tests.bench.rebuild import rebuild
from tests.bench.site import largest_contentful_paint
from tests.bench.survey_files import read_r_file, read_stata
from tests.bench.sweep import sweep_fits, sweep_rows
from tests.bench.timing import machine

BENCHMARKS: dict[str, Callable[[], dict[str, object]]] = {
    "few-countries": few_countries,
    "largest-contentful-paint": largest_contentful_paint,
    "list-experiment-bootstrap": list_experiment_bootstrap,
    **{f"list-experiment-{name}": partial(list_experiment, name) for name in MODELS},
    "machinery": machinery,
    "mixed-logit": mixed_logit,
    "mixed-logit-continuous": mixed_logit_continuous,
    "mixed-logit-pooled": mixed_logit_pooled,
    "mixed-ordered-logit": mixed_ordered_logit,
    "mixed-ordered-logit-pooled": mixed_ordered_logit_pooled,
    "mutation": mutation,
    "mutation-sample": mutation_sample,
    "read-r-file": read_r_file,
    "read-stata": read_stata,
    "rebuild": rebuild,
    "sweep-fits": sweep_fits,
    "sweep-rows": sweep_rows,
    "specification-grid": specification_grid,
}
HOURS = ("few-countries", "machinery", "mutation")


def run(name: str) -> None:
    """Run one benchmark, print it and write it down."""
    date = datetime.now(UTC).date().isoformat()
    result = {"name": name, "date": date, "machine": machine(), **BENCHMARKS[name]()}
    text = json.dumps(result, indent=2)
    print(text)
    folder = DATA / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{date}-{name}.json").write_text(text + "\n", encoding="utf-8")


def main(names: list[str]) -> int:
    """Run the benchmarks named, or all that do not take hours."""
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        known = ", ".join(BENCHMARKS)
        print(f"There is no benchmark {unknown[0]!r}; choose from {known}.", file=sys.stderr)
        return 2
    for name in names or [each for each in BENCHMARKS if each not in HOURS]:
        run(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
