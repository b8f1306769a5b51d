"""Figures: alt text from the data, marks of synthetic data, the same bytes every time."""

import base64
import re

import numpy as np
import pandas as pd
import pytest

from lib.presentation import plots
from lib.presentation.figures import ShownFigure
from lib.presentation.pictures import dark
from lib.presentation.pictures import drawings as drawings_of

INTERVALS = pd.DataFrame(
    {"label": ["men", "women"], "low": [1.0, 2.0], "high": [2.0, 3.0], "point": [1.5, 9.0]}
)


def drawings():
    line = pd.DataFrame(
        {"label": "fit", "x": [0.0, 1.0], "y": [0.0, 1.0], "low": np.nan, "high": np.nan}
    )
    places = pd.DataFrame({"country": ["A", "B"], "x": [0.2, 0.7], "y": [0.1, 0.5]})
    x = np.linspace(-1, 1, 201)
    curve = pd.DataFrame({"group": "A", "x": x, "y": np.exp(-50 * (x - 0.3) ** 2)})
    optima = pd.DataFrame({"estimate": [1.0, 2.0], "log_likelihood": [-5.0, -6.0]})
    marks = pd.DataFrame(
        {"label": ["best", "printed"], "estimate": [1.0, 1.4], "log_likelihood": [-5.0, np.nan]}
    )
    floors = pd.DataFrame({"label": ["slope"], "printed": [0.1], "floor": [0.9]})
    floors["too_small"] = True
    effect = pd.DataFrame(
        {
            "x": [0.1, 0.5, 0.9],
            "effect": [-1, 0, 1.0],
            "low": [-1.5, -0.5, 0.5],
            "high": [-0.5, 0.5, 1.5],
        }
    )
    dots = pd.DataFrame({"label": "t", "x": [0.1, 0.2], "estimate": [-1.0, 1.0]})
    dots = dots.assign(low=[-2, -np.inf], high=[0.5, 2.0])
    curves = pd.DataFrame({"coding": ["a", "b", "a"], "estimate": [1.0, 2.0, -1.0]})
    curves = curves.assign(conf_low=[-0.5, 1.0, -2.0], conf_high=[2.5, 3.0, -0.1])
    counts = pd.DataFrame({"contradicted": [3, 1], "reproduced": [7, 0]}, index=["one", "two"])
    colours = {"contradicted": "#a32100", "reproduced": "#00694b"}
    return {
        "intervals": (
            plots.intervals(INTERVALS, "percent", "range", "printed"),
            "women range 2.00 to 3.00, printed 9.00 (outside)",
        ),
        "countries": (plots.countries(places, line, "x", "y"), "B 0.70, 0.50"),
        "integrands": (plots.integrands(curve, [0.0, 0.5], "effect"), "A 0.30"),
        "optima": (
            plots.optima(optima, marks, "slope"),
            "2 optima with slope between 1.00 and 2.00",
        ),
        "floors": (plots.floors(floors, "standard error"), "slope printed 0.100, at least 0.900"),
        "effect": (
            plots.effect_along(effect, "d", "effect", marks.rename(columns={"estimate": "x"})),
            "below zero up to 0.10, above zero from 0.90",
        ),
        "lines": (
            plots.lines_along(pd.DataFrame({"fit": [0.0, 1]}), "n", "power", 80),
            "fit 0.0 at 0, 1.0 at 1. Dotted: 80",
        ),
        "estimates": (
            plots.estimates_along(dots, "d", "effect"),
            "0.1: -1.000 (-2.000 to 0.500); 0.2: 1.000 (-inf to 2.000)",
        ),
        "specifications": (
            plots.specification_curve(curves, ["coding"], marks, "slope"),
            "3 specifications, from -1.00 to 2.00, median 1.00; the interval lies above zero in 1 "
            "and below zero in 1. Marked: best 1.00; printed 1.40",
        ),
        "scoreboard": (plots.scoreboard(counts, colours), "one: 3 contradicted, 7 reproduced"),
    }


@pytest.mark.parametrize("name", list(drawings()))
def test_alt_text_is_made_from_the_data(name):
    drawing, expected = drawings()[name]
    assert expected in drawing.alt


def test_names_of_lines_that_end_together_do_not_overlap():
    lines = pd.DataFrame({"low": [0.0, 10], "high": [5.0, 10], "other": [1.0, 2]})
    axes = plots.lines_along(lines, "n", "power").figure.axes[0]
    heights = {text.get_text().strip(): text.get_position()[1] for text in axes.texts}
    assert heights["low"] == 10
    assert heights["high"] == pytest.approx(10.7)
    assert heights["other"] == 2


@pytest.mark.parametrize(("end", "label"), [(2015, "2015"), (10_000, "10,000")])
def test_years_have_no_thousands_separator(end, label):
    lines = pd.DataFrame({"line": [1.0, 2.0]}, index=[0, end])
    axes = plots.lines_along(lines, "year", "migrants").figure.axes[0]
    assert axes.xaxis.get_major_formatter()(end) == label


def shown(source="published"):
    drawing = plots.intervals(INTERVALS, "percent", "range", "printed")
    return ShownFigure(drawing, "a_figure", "A caption.", source)._repr_mimebundle_()


def test_a_figure_comes_as_a_picture_and_as_a_drawing():
    data, _ = shown()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert "<svg" in data["image/svg+xml"]


def test_the_same_figure_has_the_same_bytes():
    assert shown()[0] == shown()[0]


def test_a_figure_has_a_narrow_form_and_both_in_the_colours_of_the_dark_theme():
    forms = drawings_of(shown()[0])
    assert sorted(forms) == ["-dark.svg", "-narrow-dark.svg", "-narrow.svg", ".svg"]
    width = {end: float(re.search(r'width="([\d.]+)pt"', svg)[1]) for end, svg in forms.items()}
    assert width["-narrow.svg"] < 300 < width[".svg"]
    assert "#222222" in forms[".svg"]
    assert "#222222" not in forms["-dark.svg"]
    assert dark("fill: #ffffff; stroke: #222222") == "fill: #141414; stroke: #d5d5d5"


def test_minus_signs_are_alike():
    marks = pd.DataFrame({"label": ["from -2 to 2-3"], "x": [0.5]})
    rows = pd.DataFrame({"x": [0.0, 1], "effect": [-1, 1], "low": [-2, 0], "high": [0, 2]})
    drawing = plots.effect_along(rows, "x", "y", marks)
    ShownFigure(drawing, "signs", "Signs.")._repr_mimebundle_()
    assert "from \u22122 to 2-3" in [
        text.get_text().strip() for text in drawing.figure.axes[0].texts
    ]


def test_stand_in_figures_are_marked_in_words():
    described = shown("synthetic")[1]["replication"]
    assert described["caption"].startswith("Synthetic rows, no evidence")
    assert described["alt"].startswith("Synthetic rows, no evidence")
    assert shown("synthetic")[0]["image/svg+xml"] != shown()[0]["image/svg+xml"]
