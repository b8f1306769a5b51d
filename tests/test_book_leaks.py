"""Respondents of a licensed file that a chapter lets slip are found, and nothing is published."""

import base64
import gzip
import io
import json
import pickle
import zlib

import numpy as np
import pandas as pd
import pytest
from conftest import Toy
from PIL import Image, PngImagePlugin

from lib.book.leaks import refuse_leaks
from lib.book.project import Project
from lib.core.errors import BuildError
from lib.sources.manifest import write_manifest

RESPONDENTS = """from io import StringIO
import os
import pandas as pd

def synthetic_rows(survey, root):
    return "answer\\n1\\n"

def as_csv(rows):
    return rows

def licensed_texts(survey, file, root):
    return {f"{survey}.csv": file.read_text(), f"{survey}.txt": ""}

def read():
    return pd.read_csv(os.environ["BOOK_RESPONDENTS"])
"""


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    draw = np.random.default_rng(11)
    columns = {f"V{item}": draw.integers(1, 11, 2000) for item in (39, 59, 231, 238)}
    return pd.DataFrame(columns | {"V242": draw.integers(18, 92, 2000)})


def picture(rows: pd.DataFrame) -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", rows.iloc[40:46].to_csv(), zip=True)
    buffer = io.BytesIO()
    Image.new("L", (4, 4)).save(buffer, "PNG", pnginfo=said)
    return buffer.getvalue()


def tooltip(rows: pd.DataFrame) -> bytes:
    text = rows.iloc[300:305].to_string().replace("\n", "&#10;")
    return f'<p><abbr title="{text}">five</abbr></p>'.encode()


def encoded(content: bytes) -> bytes:
    return b'{"data": "' + base64.b64encode(content) + b'"}'


PLANTED = {
    "head": lambda rows: rows.head().to_string().encode(),
    "csv": lambda rows: rows.iloc[50:60].to_csv().encode(),
    "backwards": lambda rows: rows.iloc[50:60, ::-1].to_csv(index=False).encode(),
    "pickle of a head": lambda rows: encoded(pickle.dumps(rows.head())),
    "pickle of all": lambda rows: encoded(pickle.dumps(rows)),
    "pickle as written": lambda rows: repr(pickle.dumps(rows.head(6))).encode(),
    "small integers": lambda rows: rows.iloc[9:15].to_numpy().astype("int8").tobytes(),
    "tooltip": tooltip,
    "picture": picture,
    "picture in a notebook": lambda rows: encoded(picture(rows)),
    "gzip": lambda rows: gzip.compress(rows.iloc[7:12].to_csv().encode()),
    "zlib": lambda rows: zlib.compress(rows.iloc[7:12].to_csv().encode()),
}


@pytest.mark.parametrize("form", PLANTED)
def test_planted_rows_are_found(tmp_path, rows, form):
    rows.to_csv(tmp_path / "wvs.csv", index=False)
    outputs = tmp_path / "html"
    outputs.mkdir()
    (outputs / "innocent.html").write_text("<p>1 2 3</p>")
    refuse_leaks(Project(tmp_path), [tmp_path / "wvs.csv"], [outputs])
    (outputs / "page.out").write_bytes(PLANTED[form](rows))
    with pytest.raises(BuildError, match=r"^html/page\.out repeats the answers of respondents"):
        refuse_leaks(Project(tmp_path), [tmp_path / "wvs.csv"], [outputs])


def test_the_rows_of_each_licensed_file_are_looked_for(tmp_path, rows):
    files = {"first.csv": rows.sample(frac=1, random_state=4), "second.csv": rows}
    for name, frame in files.items():
        frame.to_csv(tmp_path / name, index=False)
    page = tmp_path / "page.html"
    for frame in files.values():
        page.write_text(frame.iloc[20:26].to_string())
        with pytest.raises(BuildError, match="repeats the answers of respondents"):
            refuse_leaks(Project(tmp_path), [tmp_path / name for name in files], [page])


@pytest.mark.parametrize("source", ["published", "synthetic", "licensed"])
def test_only_tables_of_licensed_respondents_may_count_too_few(tmp_path, rows, source):
    rows.to_csv(tmp_path / "wvs.csv", index=False)
    output = {"output_type": "display_data", "data": {"text/csv": "count,n\n0,7\n"}, "metadata": {}}
    cell = {"cell_type": "code", "id": "few", "outputs": [output]}
    notebook = {"cells": [cell], "metadata": {"book": {"source": source}}}
    (tmp_path / "page.ipynb").write_text(json.dumps(notebook))
    searched = Project(tmp_path), [tmp_path / "wvs.csv"], [tmp_path / "page.ipynb"]
    if source != "licensed":
        refuse_leaks(*searched)
        return
    with pytest.raises(BuildError, match="cell few: column 'n' counts fewer than 10 respondents"):
        refuse_leaks(*searched)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "from lib.respondents.studies import read\nread().head()",
            "repeats the answers of respondents",
        ),
        (
            "from IPython.display import display\n"
            "display({'text/csv': 'group,n\\na,7\\n', 'text/plain': ''}, raw=True)",
            "counts fewer than 10 respondents",
        ),
        (
            "from lib.respondents.studies import read\nread().groupby('V39').mean()",
            "show it as a lib.presentation.tables.Table",
        ),
    ],
)
def test_a_book_that_shows_rows_is_not_published(built: Toy, tmp_path, rows, code, said):
    built.write("lib/respondents/studies.py", RESPONDENTS)
    for folder in ("codebook", "synthetic"):
        built.write(f"data/{folder}/README.md", "None.\n")
    write_manifest(built.root)
    built.chapter(
        "beta",
        code,
        book={"source": "respondents", "respondents": "wvs"},
        parameters="label = 'b'  # any text\nn_points = 5  # from 2 to 50",
    )
    rows.to_csv(tmp_path / "mine.csv", index=False)
    before = built.rows()
    code, _, errors = built.run("build", "--wvs", str(tmp_path / "mine.csv"))
    assert code == 1
    assert said in errors
    assert "nothing is published" in errors
    assert built.rows() == before
    assert not (built.root / "_build/work/books/site-licensed/release").exists()
