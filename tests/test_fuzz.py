"""Readers take any bytes: what they cannot read they refuse in one sentence."""

import os
import platform
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.core.errors import InputError
from lib.core.paths import ROOT
from lib.core.text_files import parse_yaml, to_integers, to_numbers
from tests.fuzz_targets import TARGETS, read

SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))
TRICKS = [
    b"\0",
    b'"',
    b"'",
    b"\n",
    b"\r",
    b",",
    b"\xff",
    b"\x85",
    b"\xe2\x80\xa8",
    b"*",
    b"[",
    b"{",
]
TRICKS += [b"-1", b"nan", b"1e999", b"9" * 400, b"&a ", b"!!", b"null", b"1_0", b": ", b"- ", b"<<"]


@st.composite
def damaged(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """Damage what a reader would take: cut, overwrite, insert, repeat."""
    content = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        stop = draw(st.integers(start, min(len(content), start + 300)))
        put = st.one_of(
            st.sampled_from(TRICKS), st.binary(max_size=8), st.just(content[start:stop])
        )
        content[start : draw(st.sampled_from([start, stop]))] = draw(put)
    return bytes(content)


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes_are_read_or_refused_in_one_sentence(name):
    target = TARGETS[name]
    if target.native and not hasattr(os, "fork"):
        pytest.skip("a reader in C is tried in a process of its own, and there is no fork")

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(st.binary(max_size=200), damaged(target.seeds())))
    def check(content):
        read(target, content)

    check()


@given(st.text())
def test_any_text_is_yaml_or_not(text):
    with suppress(InputError):
        parse_yaml(text)


@given(st.lists(st.text(max_size=8), min_size=1))
def test_any_cells_are_numbers_or_not(cells):
    for convert in (to_numbers, to_integers):
        with suppress(InputError):
            numbers = convert(pd.Series(cells, name="x"), Path("x.csv"))
            assert numbers.abs().max() < float("inf")


@pytest.mark.long
@pytest.mark.parametrize("name", TARGETS)
def test_fuzzing_finds_nothing_that_is_no_clear_error(name, tmp_path, record_property):
    if sys.platform != "linux" or platform.machine() != "x86_64":
        pytest.skip("atheris is built for Linux on x86-64")
    pytest.importorskip("atheris", reason="atheris is not built for this Python")
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.fuzz",
        name,
        str(tmp_path),
        str(SECONDS),
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False
    )
    crashes = [path.read_bytes() for path in tmp_path.glob("[!s]*-*") if path.stem != "seed"]
    executions = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    print(f"{name}: {executions and executions[1]} executions in {SECONDS} s")
    assert done.returncode == 0, f"{done.stderr[-3000:]}\n{crashes}"
    assert int(executions[1]) > 0
