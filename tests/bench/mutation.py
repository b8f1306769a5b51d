"""How many faults put into the estimators, grading and consistency modules the tests find."""

import csv
import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import get_mutant_name
from statsmodels.stats.proportion import proportion_confint

JUDGED = Path("tests/reference/surviving_mutants.csv")
FOUND = ("killed", "timeout", "segfault")
GROUPS = {"evidence": "grading", "consistency": "consistency", "estimators": "estimators"}
PER_MODULE, SEED = 25, 2026
REWORDED = "a text for the reader, in other letters; tests compare what tells it from others"


@dataclass(frozen=True)
class Survivor:
    """A fault that no test finds: the function it is in, and its lines without and with it."""

    function: str
    before: str
    after: str


def mutation() -> dict[str, object]:
    """Run every mutant, which takes hours."""
    return _measured("all", [])


def mutation_sample() -> dict[str, object]:
    """Run a random sample of the mutants of each module."""
    extent = f"up to {PER_MODULE} of each module, drawn with seed {SEED}"
    return _measured(extent, sample(PER_MODULE, SEED))


def sample(per_module: int, seed: int) -> list[str]:
    """Draw mutants of each module by name, whatever the other modules are."""
    drawn = []
    for path in sorted(walk_mutatable_files()):
        mutants = mutate_file_contents(str(path), path.read_text(encoding="utf-8")).mutant_names
        generator = random.Random(f"{seed} {path}")
        chosen = generator.sample(mutants, min(per_module, len(mutants)))
        drawn += [get_mutant_name(path, name) for name in chosen]
    return drawn


def _measured(extent: str, names: list[str]) -> dict[str, object]:
    shutil.rmtree("mutants", ignore_errors=True)
    start = time.perf_counter()
    subprocess.run([Path(sys.executable).parent / "mutmut", "run", *names], check=True)
    seconds = time.perf_counter() - start
    return {"ours": {"median": seconds}, **report(extent, set(names))}


def report(extent: str, chosen: set[str]) -> dict[str, object]:
    """
    Score what was run, or of it what was chosen, by module and group, with the survivors.

    A mutant is found if a test fails or does not end. One that no test reaches survives.
    """
    modules, survivors, judgements = {}, [], read_judgements()
    for path in sorted(walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        run = {
            name: status_by_exit_code[code]
            for name, code in data.exit_code_by_key.items()
            if code is not None and (not chosen or name in chosen)
        }
        if run:
            counts = Counter(run.values())
            modules[str(path)] = {"mutants": len(data.exit_code_by_key), "run": len(run), **counts}
        survivors += [survivor(name, path) for name in run if run[name] not in FOUND]
    return {
        "compared": "the tests with faults put into estimators, grading and consistency modules: "
        f"{extent}",
        "scores": {group: score(counts) for group, counts in grouped(modules).items()},
        "modules": modules,
        **judge(survivors, judgements),
    }


def grouped(modules: dict[str, dict[str, int]]) -> dict[str, list[dict[str, int]]]:
    """Sort the counts of modules into groups, by the rooms that hold them."""
    groups = {group: [] for group in GROUPS.values()}
    for path, counts in modules.items():
        groups[GROUPS[Path(path).parts[1]]].append(counts)
    return {group: found for group, found in groups.items() if found}


def score(modules: Sequence[dict[str, int]]) -> dict[str, float]:
    """
    Share of the mutants that the tests find, each module weighted by the number of its mutants.

    The interval is Wilson's (1927, JASA 22:209) at 95 percent, for the effective size of the
    sample (Kish 1965, Survey Sampling).
    """
    total = sum(each["mutants"] for each in modules)
    shares = [
        each["mutants"] * sum(each.get(s, 0) for s in FOUND) / each["run"] for each in modules
    ]
    share = sum(shares) / total
    size = total**2 / sum(each["mutants"] ** 2 / each["run"] for each in modules)
    low, high = proportion_confint(share * size, size, method="wilson")
    run = sum(each["run"] for each in modules)
    return {"mutants": total, "run": run, "score": share, "conf_low": low, "conf_high": high}


def survivor(name: str, path: Path) -> Survivor:
    """Describe a mutant by what does not change when others are added."""
    lines = get_diff_for_mutant(name, path=path).splitlines()[2:]
    before, after = (
        "\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    function = name.partition("__mutmut_")[0].replace(".x_", ".").replace(".xǁ", ".")
    return Survivor(function.replace("ǁ", "."), before, after)


def read_judgements() -> dict[Survivor, str]:
    """Read why survivors are no matter."""
    with JUDGED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {Survivor(r["function"], r["before"], r["after"]): r["judgement"] for r in rows}


def judge(survivors: Sequence[Survivor], judgements: dict[Survivor, str]) -> dict[str, object]:
    """Count the survivors by judgement, and list those without."""
    found = [(each, judgement_of(each, judgements)) for each in survivors]
    return {
        "judged": dict(Counter(judgement for _, judgement in found if judgement)),
        "not_judged": [vars(each) for each, judgement in found if not judgement],
    }


def judgement_of(each: Survivor, judgements: dict[Survivor, str]) -> str | None:
    """Find the judgement of a survivor, or of all that only reword a sentence."""
    if each in judgements:
        return judgements[each]
    return REWORDED if is_reworded(each) else None


def is_reworded(each: Survivor) -> bool:
    """Tell whether only texts with blanks differ, by their case or by the XX at their ends."""
    if each.after.replace("XX", "").casefold() != each.before.casefold():
        return False
    before, after = (re.findall(r'"([^"]*)"', lines) for lines in (each.before, each.after))
    changed = [text for text, other in zip(before, after, strict=True) if text != other]
    return bool(changed) and all(" " in text for text in changed)
