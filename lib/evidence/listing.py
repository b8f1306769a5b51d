"""The report as a reader sees it: places, evidence and reasons in words."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lib.core.text_files import read_csv
from lib.evidence.records import evidence_text
from lib.evidence.report import PROBLEMS, Row
from lib.sources.published import FILES, read_table

STUDIES = {"memo806": "Jones & Smyth", "kc2018": "Chacha & Kobayashi"}
TEXTS = ("reason", "conditions", "problem", "chapter", "cell", "input", "claimed", "history")
CLAIMS = {"1": "holds", "0": "not borne out", "0 to 1": "either"}


def read_problems(root: Path) -> pd.DataFrame:
    """Read the registered problems."""
    columns = ["problem", "title", "statement", "would_change"]
    return read_csv(root / PROBLEMS, columns)[columns].set_index("problem")


def listed(rows: Sequence[Row], root: Path, history: pd.DataFrame | None = None) -> pd.DataFrame:
    """Write the rows of a report as a reader would say them."""
    report = pd.DataFrame(list(rows))
    report["study"] = report["paper"].map(STUDIES)
    report["table"] = report["place"].str.extract(r"^(Table \d)", expand=False).fillna("text")
    report["place"] = report["place"].str.replace(r"^Table \d, ", "", regex=True)
    report["place"] = report["place"].where(
        report["table"] == "text", report["table"] + ", " + report["place"]
    )
    as_read = report["tag"] == "as read"
    report["printed"] = report["printed"].mask(as_read, report["printed"] + " (as read)")
    report["evidence"] = _evidence(report, root)
    report["problem"] = report["problem"].map(read_problems(root)["title"])
    report["claimed"] = ""
    report["history"] = _history(report["id"], history)
    report = report.fillna(dict.fromkeys(TEXTS, ""))
    report["reason"] = _reasons(report)
    return report


def _evidence(report: pd.DataFrame, root: Path) -> pd.Series:
    texts = [read_table(root / "data" / "published" / f"{paper}_text.csv") for paper in STUDIES]
    claims = pd.concat(texts).query("kind == 'claim'")["id"]
    told = pd.Series(evidence_text(report), index=report.index)
    return told.mask(report["id"].isin(claims), told.map(CLAIMS).fillna(""))


def _reasons(report: pd.DataFrame) -> pd.Series:
    """Of a number that a bound leaves open, name the file that would decide it."""
    file = report["decided_by"].map(FILES)
    unsaid = (report["grade"] == "open") & file.notna() & (report["reason"] != "")
    unsaid &= ~report["reason"].str.startswith("Only")
    return report["reason"].mask(unsaid, report["reason"] + " Would decide it: " + file + ".")


def _history(ids: pd.Series, history: pd.DataFrame | None) -> pd.Series:
    if history is None:
        return pd.Series("", index=ids.index)
    told = {}
    for identifier, grades in history.iterrows():
        known = grades.dropna()
        told[identifier] = "; ".join(f"{release}: {grade}" for release, grade in known.items())
    return ids.map(told).fillna("")
