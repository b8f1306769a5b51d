"""
Fuzz a reader with atheris: ``python -m tests.fuzz TARGET CORPUS SECONDS`` (see tests.fuzz_targets).

The code of lib is instrumented, so that inputs which reach new branches are kept and mutated on.
Bytes that a reader does not refuse in one sentence end the run with exit code 77 and are left
in the corpus folder as crash-*. Readers that rest on C code run in a process of their own, whose
branches are not seen: there the fuzzer mutates the seeds without a guide.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["lib", "yaml"]):
    from tests.fuzz_targets import TARGETS, read

LONGEST_INPUT = 20_000
LIMITS = ["-timeout=60", "-rss_limit_mb=3000", "-print_final_stats=1", "-close_fd_mask=1"]


def main(name: str, corpus: Path, seconds: int) -> None:
    """Fuzz until the time is over."""
    target = TARGETS[name]
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST_INPUT}"]
    options += [*LIMITS, f"-artifact_prefix={corpus}/", str(corpus)]
    atheris.Setup([sys.argv[0], *options], lambda content: read(target, content))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
