"""Reading a full-size Stata file: seconds and memory, each run in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from lib.core.paths import ROOT
from tests.bench.timing import spread

ROWS, COLUMNS, RUNS = 90_000, 430, 5
NUMBERS = (2, 39, 59, 125, 229, 231, 238, 240, 242, 245, 248, 258)
WANTED = [f"V{number}" for number in NUMBERS]
TYPES = {"byte": "int8", "long": "int32", "double": "float64"}
OURS = "from lib.sources.survey_files import read_survey_file as read"
THEIRS = "from pandas import read_stata as read"
PANDAS_WHOLE = {"convert_categoricals": False}
R_FILE = """
asked <- commandArgs(TRUE)
codes <- as.double(sample(-5:10, as.integer(asked[2]) * as.integer(asked[3]), TRUE))
saveRDS(as.data.frame(matrix(codes, as.integer(asked[2]))), asked[1])
"""
SCRIPT = """
import json, re, sys, time
from pathlib import Path
{imported}
def peak():
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1024
before, start = peak(), time.perf_counter()
frame = read(Path(sys.argv[1]), **json.loads(sys.argv[2]))
seconds = time.perf_counter() - start
print(json.dumps([seconds, peak() - before, peak()]))
"""


def read_stata() -> dict[str, object]:
    """Read 12 of 430 columns with lib.sources.survey_files, and the file with pandas."""
    by_type = {name: read_type(kind) for name, kind in TYPES.items()}
    main = by_type["long"]
    return {
        "compared": (
            "lib.sources.survey_files.read_survey_file (12 columns) with pandas.read_stata, .dta"
        ),
        "rows": ROWS,
        "columns": COLUMNS,
        "target_memory_share": 0.25,
        "target_ratio": 1,
        **{name: main[name] for name in ("ours", "theirs", "ratio")},
        "storage_types": by_type,
    }


def read_type(kind: str) -> dict[str, object]:
    """Compare the two readers on a file whose columns are all of one type."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "wave.dta"
        random_codes(kind).to_stata(path, write_index=False, version=118)
        ours = measure(OURS, path, {"columns": WANTED})
        theirs = measure(THEIRS, path, PANDAS_WHOLE)
        chosen = measure(THEIRS, path, PANDAS_WHOLE | {"columns": WANTED})
    return {
        "ours": ours,
        "theirs": theirs,
        "pandas_with_columns": chosen,
        "ratio": theirs["median"] / ours["median"],
        "memory_share": ours["megabytes"] / theirs["megabytes"],
        "memory_share_of_processes": ours["process_megabytes"] / theirs["process_megabytes"],
    }


def read_r_file() -> dict[str, object]:
    """Read the same columns from an R file, which must be read whole."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "wave.rds"
        subprocess.run(["Rscript", "-e", R_FILE, path, f"{ROWS}", f"{COLUMNS}"], check=True)
        ours = measure(OURS, path, {"columns": WANTED})
    return {
        "compared": (
            "lib.sources.survey_files.read_survey_file (12 columns), .rds: nothing to compare with"
        ),
        "rows": ROWS,
        "columns": COLUMNS,
        "ours": ours,
    }


def random_codes(kind: str) -> pd.DataFrame:
    """Make a file as wide and as long as that of a wave."""
    codes = np.random.default_rng(6).integers(-5, 11, (ROWS, COLUMNS)).astype(kind)
    return pd.DataFrame(codes, columns=[f"V{number}" for number in range(1, COLUMNS + 1)])


def measure(imported: str, path: Path, options: dict[str, object]) -> dict[str, float]:
    """Time a reader; megabytes are those it needs at most beyond the imported libraries."""
    script = SCRIPT.format(imported=imported)
    command = [sys.executable, "-c", script, str(path), json.dumps(options)]
    done = [
        json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
        for _ in range(RUNS + 1)
    ]
    seconds, megabytes, process = zip(*done[1:], strict=True)
    peaks = {"megabytes": max(megabytes), "process_megabytes": max(process)}
    return spread(list(seconds)) | peaks
