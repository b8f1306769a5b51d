"""
A second, independent reading of the two papers, against what is typed in data/published.

    python tests/reference/read_the_papers.py MEMO.txt ARTICLE.txt [FACTS_DIR]

MEMO.txt and ARTICLE.txt are plain texts of the papers, which are not part of this archive: the
memo's page, its table without separators between the cells (`2.713.029.2`), and the article's
accepted manuscript, its tables with cells parted by tabs. FACTS_DIR, if given, holds a third
reading as memo806_table1.csv, kc2018_table1.csv and kc2018_table2.csv. Every cell is compared as
text; every numeral of the papers must be a row of data/published or be excluded there with a
reason, as often as it occurs. Prints every difference; exits with 1 if there is one.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path

PUBLISHED = Path(__file__).resolve().parents[2] / "data" / "published"
NUMERAL = re.compile(r"\bH\d[ab]?\b|\d+(?:,\d{3})*(?:\.\d+)?")
MEMO_ROW = re.compile(r"^(Gender|Education|Ethnicity|Region)?(\D+?)(?:\((\d+\.\d)\))?([\d.]+)$")
ESTIMATE = re.compile(r"^(-?\d+\.\d+)(\**) \((\d+\.\d+)\)$")
STATISTICS = ("observations", "mean", "standard_deviation", "minimum", "maximum")
QUANTITIES = ("control_mean", "treatment_mean", "support_percent")
TEXT = "text and notes"

Cells = dict[tuple[str, ...], str]


def splits_of_run_together_cells(run: str) -> list[tuple[str, ...]]:
    """
    Every way to cut a run of digits into two means and a percentage.

    A mean is one digit and up to two decimals, a percentage has one decimal and is at most 100.
    """
    found = []
    for first, second in product((3, 4), repeat=2):
        cells = (run[:first], run[first : first + second], run[first + second :])
        if all(re.fullmatch(r"\d\.\d{1,2}", mean) for mean in cells[:2]) and (
            re.fullmatch(r"(0|[1-9]\d{0,2})\.\d", cells[2]) and float(cells[2]) <= 100
        ):
            found.append(cells)
    return found


def mismatch(cells: tuple[str, ...]) -> float:
    """Percentage points between the printed percentage and the difference of the printed means."""
    control, treatment, percent = map(float, cells)
    return abs(100 * (treatment - control) - percent)


def read_memo_table(text: str) -> tuple[Cells, list[str]]:
    """Table 1 of the memo by (label, quantity), and remarks on cells that can be cut two ways."""
    cells: Cells = {}
    remarks = []
    for line in text.splitlines():
        row = MEMO_ROW.match(line.replace("\xa0", " ").replace(" (mean)", "").strip())
        if not row:
            continue
        label = row[2].strip()
        ways = sorted(splits_of_run_together_cells(row[4]), key=mismatch)
        if len(ways) > 1:
            remarks.append(
                f"memo806 Table 1, {label}: {row[4]} can be cut as {' or '.join(map(str, ways))}; "
                "taken is the first, whose percentage is nearest to the difference of its means"
            )
        cells |= {
            (label, quantity): cell for quantity, cell in zip(QUANTITIES, ways[0], strict=True)
        }
        if row[3]:
            cells[label, "sample_percent"] = row[3]
    return cells, remarks


def read_table1(text: str) -> Cells:
    """Table 1 of the article by (label, statistic)."""
    cells: Cells = {}
    for line in text.splitlines():
        label, *numbers = line.split("\t")
        if len(numbers) == len(STATISTICS) and all(map(NUMERAL.fullmatch, numbers)):
            cells |= {(label, name): cell for name, cell in zip(STATISTICS, numbers, strict=True)}
    return cells


def read_table2(text: str) -> Cells:
    """Table 2 of the article by (model, label, quantity); a cell without a star counts as ''."""
    cells: Cells = {}
    for line in text.splitlines():
        label, *columns = line.split("\t")
        for model, column in enumerate(columns, start=1):
            if found := ESTIMATE.match(column.strip()):
                names = ("estimate", "stars", "std_error")
                cells |= {
                    (str(model), label, q): c for q, c in zip(names, found.groups(), strict=True)
                }
            elif label == "<i>N</i>":
                cells[str(model), "N", "n"] = column.strip()
    return cells


def numerals(text: str) -> Counter[str]:
    """Every numeral of a text, and how often it occurs; H1 to H3b count as numerals."""
    return Counter(NUMERAL.findall(text))


def between(text: str, start: str, end: str | None = None) -> str:
    """The part of a text from one mark to the next."""
    begin = text.index(start)
    return text[begin:] if end is None else text[begin : text.index(end, begin)]


def memo_places(memo: str) -> dict[str, str]:
    """The memo, cut into the places of exclusions.csv; the table's cells left out."""
    body = between(memo, "President Vladimir Putin’s escalation", "Pauline Jones is Professor")
    table = between(body, "Table 1. Support", "SAMPLE N")
    return {
        TEXT: body.replace(table, ""),
        "table labels": "".join(line for line in table.splitlines() if "." not in line[8:]),
        "navigation, front and back matter of the page": memo.replace(body, ""),
    }


def article_places(article: str) -> dict[str, str]:
    """The article, cut into the places of exclusions.csv; the tables' cells left out."""
    references = between(article, "## References", "**Figure 1.")
    back = between(article, "**Figure 1.").splitlines()
    rows = [line for line in back if "\t" in line]
    labels = [line if line.startswith("\t") else line.split("\t")[0] for line in rows]
    return {
        TEXT: between(article, "## **Introduction**", "## References"),
        "captions": "\n".join(line for line in back if "\t" not in line),
        "table labels": "\n".join(labels),
        "front matter": article[: article.index("## **Introduction**")],
        "reference list": references,
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def typed_cells(name: str, *keys: str) -> Cells:
    """The typed cells of one table by the columns that name them."""
    return {tuple(row[k] for k in keys): row["printed"] for row in rows_of(PUBLISHED / name)}


def fact_cells(folder: Path) -> dict[str, Cells]:
    """The third reading, keyed like the typed cells."""
    statistics = dict(zip(("obs", "mean", "sd", "min", "max"), STATISTICS, strict=True))
    memo: Cells = {
        (row["subgroup"], q): row[q]
        for row in rows_of(folder / "memo806_table1.csv")
        for q in ("sample_percent", *QUANTITIES)
        if row[q]
    }
    table1: Cells = {
        (row["variable"], statistic): row[column]
        for row in rows_of(folder / "kc2018_table1.csv")
        for column, statistic in statistics.items()
    }
    table2: Cells = {}
    for row in rows_of(folder / "kc2018_table2.csv"):
        label = row["term"].replace(" x ", "×")
        for quantity in ("estimate", "std_error", "stars") if label != "N" else ("estimate",):
            key = (row["model"], label, quantity if label != "N" else "n")
            table2[key] = row[quantity]
    return {"memo": memo, "table1": table1, "table2": table2}


def lower_labels(cells: Cells) -> Cells:
    """The same cells with the labels in lower case."""
    return {(label.lower(), quantity): cell for (label, quantity), cell in cells.items()}


def differences(name: str, typed: Cells, read: Cells) -> Iterator[str]:
    """A line for each cell that is typed and read differently, or only one of the two."""
    for key in sorted(typed.keys() | read.keys()):
        if typed.get(key) != read.get(key):
            cell = " / ".join(key)
            yield f"{name}, {cell}: typed {typed.get(key)!r}, read {read.get(key)!r}"


def uncovered(paper: str, places: dict[str, str]) -> Iterator[str]:
    """A line for each numeral that is neither a row nor excluded as often as it occurs."""
    typed = numerals(" ".join(row["printed"] for row in rows_of(PUBLISHED / f"{paper}_text.csv")))
    excluded = [row for row in rows_of(PUBLISHED / "exclusions.csv") if row["paper"] == paper]
    for place, text in places.items():
        here = [row for row in excluded if row["place"] == place]
        found = numerals(text)
        if [row["numeral"] for row in here] == ["*"]:
            found = Counter({"*": found.total()})
        expected = typed.copy() if place == TEXT else Counter()
        for row in here:
            expected[row["numeral"]] += int(row["occurrences"])
        for numeral in sorted(found.keys() | expected.keys()):
            if found[numeral] != expected[numeral]:
                yield (
                    f"{paper}, {place}: {numeral} occurs {found[numeral]} times, "
                    f"{expected[numeral]} are typed or excluded"
                )


def misquoted(paper: str, places: dict[str, str]) -> Iterator[str]:
    """A line for each quotation, or part of one around '...', that the text does not have."""
    text = " ".join(re.sub(r"<sup>\d+</sup>|\[\d\]|\*", "", " ".join(places.values())).split())
    for row in rows_of(PUBLISHED / f"{paper}_text.csv"):
        for part in row["printed"].split(" ... "):
            if part not in text:
                yield f"{row['id']}: the text has no {part!r}"


def compare(memo: str, article: str, facts: Path | None) -> tuple[list[str], list[str]]:
    """All differences between the readings, and the remarks."""
    memo_typed = typed_cells("memo806_table1.csv", "label", "quantity")
    table1_typed = typed_cells("kc2018_table1.csv", "label", "statistic")
    table2_typed = typed_cells("kc2018_table2.csv", "model", "label", "quantity")
    memo_read, remarks = read_memo_table(between(memo, "Table 1. Support", "SAMPLE N"))
    tables = between(article, "**Figure 1.")
    places = {"memo806": memo_places(memo), "kc2018": article_places(article)}
    lines = [
        *differences("memo806 Table 1", memo_typed, memo_read),
        *differences("kc2018 Table 1", table1_typed, read_table1(tables)),
        *differences("kc2018 Table 2", table2_typed, read_table2(tables)),
        *(line for paper in places for line in uncovered(paper, places[paper])),
        *(line for paper in places for line in misquoted(paper, places[paper])),
    ]
    if facts:
        third = fact_cells(facts)
        lines += differences("third reading, memo806", lower_labels(memo_typed), third["memo"])
        lines += differences("third reading, kc2018 Table 1", table1_typed, third["table1"])
        lines += differences("third reading, kc2018 Table 2", table2_typed, third["table2"])
    return lines, remarks


def main() -> int:
    if len(sys.argv) not in (3, 4):
        print(__doc__)
        return 2
    memo, article = (Path(name).read_text(encoding="utf-8") for name in sys.argv[1:3])
    facts = Path(sys.argv[3]) if len(sys.argv) == 4 else None
    lines, remarks = compare(memo, article, facts)
    print("\n".join([*(f"remark: {remark}" for remark in remarks), *lines]))
    print(f"{len(lines)} differences.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
