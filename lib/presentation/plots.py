"""Drawings: each takes tidy rows computed elsewhere and returns a figure with its alt text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from lib.presentation.figures import INK, STYLE, Drawing

WIDTH = 5.2
FIVE_DIGITS = 10_000
"""Inches: readable at its own size on a desktop and at 330 px on a telephone."""

BLUE, ORANGE, GREEN, RED, PURPLE, BROWN, PINK, GREY = sns.color_palette("colorblind")[:8]
GRADE_COLOURS = {
    "contradicted": "#a32100",
    "differs": "#7a1a4b",
    "in doubt": "#b56a00",
    "reproduced": "#00694b",
    "consistent": "#005a94",
    "follows": "#7d6ba0",
    "by definition": "#b9d3ea",
    "wording": "#c9b79a",
    "open": "#d0d0d0",
}
PALETTE = [BLUE, ORANGE, GREEN, RED, PURPLE, BROWN, PINK]


@mpl.rc_context(STYLE)
def intervals(
    rows: pd.DataFrame,
    axis_label: str,
    interval_name: str,
    point_name: str,
    reference: float | None = None,
) -> Drawing:
    """Draw an interval and a point on each row, and say in words which points lie outside."""
    figure, axes = _canvas(height=0.9 + 0.34 * len(rows))
    positions = np.arange(len(rows))[::-1]
    outside = (rows["point"] < rows["low"]) | (rows["point"] > rows["high"])
    axes.hlines(positions, rows["low"], rows["high"], color=BLUE, linewidth=7, alpha=0.45)
    _points(axes, rows["point"], positions, outside)
    _row_labels(axes, rows["label"], positions)
    _name_first_row(axes, rows.iloc[0], interval_name, point_name)
    if reference is not None:
        axes.axvline(reference, color=INK, linewidth=0.8, linestyle=":")
    axes.set_xlabel(axis_label)
    return Drawing(figure, _intervals_alt(rows, outside, interval_name, point_name, axis_label))


@mpl.rc_context(STYLE)
def countries(rows: pd.DataFrame, lines: pd.DataFrame, x_label: str, y_label: str) -> Drawing:
    """Draw one labelled point a country and fitted lines, each with its band if it has one."""
    figure, axes = _canvas(height=3.6)
    colours = dict(zip(lines["label"].unique(), PALETTE, strict=False))
    for label, line in lines.groupby("label", sort=False):
        axes.plot(line["x"], line["y"], color=colours[label], linewidth=1.6, label=label)
        axes.fill_between(
            line["x"], line["low"], line["high"], color=colours[label], alpha=0.15, lw=0
        )
    axes.plot(rows["x"], rows["y"], "o", color=INK, markersize=5)
    _point_labels(axes, rows)
    if colours:
        axes.legend(loc="upper left", bbox_to_anchor=(0, -0.16))
    axes.set(xlabel=x_label, ylabel=y_label)
    points = "; ".join(f"{row.country} {row.x:.2f}, {row.y:.2f}" for row in _rows(rows))
    names = ", ".join(lines["label"].unique())
    alt = f"{y_label} against {x_label}, {len(rows)} points: {points}."
    return Drawing(figure, f"{alt} Lines: {names}." if names else alt)


@mpl.rc_context(STYLE)
def integrands(curves: pd.DataFrame, nodes: Sequence[float], x_label: str) -> Drawing:
    """Draw what is integrated for each cluster, above the fixed nodes that are to integrate it."""
    figure, axes = _canvas(height=3.0)
    for node in nodes:
        axes.axvline(node, color=GREY, linewidth=1, linestyle="--")
    curves = curves.reset_index(drop=True)
    peaks = curves.loc[curves.groupby("group", sort=False)["y"].idxmax()].sort_values("x")
    for (_, curve), colour in zip(curves.groupby("group", sort=False), PALETTE * 3, strict=False):
        axes.plot(curve["x"], curve["y"], color=colour, linewidth=1.5)
    for position, peak in enumerate(_rows(peaks)):
        height = 1.03 + 0.11 * (position % 7)
        axes.text(peak.x, height, peak.group, ha="center", fontsize=8.5)
    axes.set(xlabel=x_label, ylabel="integrand, peak = 1", ylim=(0, 1.8), yticks=[0, 0.5, 1])
    where = ", ".join(f"{peak.group} {peak.x:.2f}" for peak in _rows(peaks))
    grid = ", ".join(f"{node:.2f}" for node in nodes)
    alt = f"Narrow peaks, one a country, at {where}; the fixed nodes lie at {grid}."
    return Drawing(figure, alt)


@mpl.rc_context(STYLE)
def optima(rows: pd.DataFrame, marks: pd.DataFrame, x_label: str) -> Drawing:
    """Draw every optimum of a likelihood by one estimate and its log-likelihood."""
    figure, axes = _canvas(height=3.2)
    axes.plot(rows["estimate"], rows["log_likelihood"], "o", color=BLUE, alpha=0.5, markersize=4)
    lowest = rows["log_likelihood"].min()
    for mark, colour in zip(_rows(marks), (RED, ORANGE, GREEN, PURPLE), strict=False):
        if np.isnan(mark.log_likelihood):
            axes.axvline(mark.estimate, color=colour, linewidth=1.2, linestyle="--")
            _direct_label(axes, f" {mark.label}", mark.estimate, lowest, colour)
        else:
            axes.plot(mark.estimate, mark.log_likelihood, "D", color=colour, markersize=6)
            side = "right" if mark.estimate == marks["estimate"].min() else "left"
            _direct_label(
                axes, f"  {mark.label}  ", mark.estimate, mark.log_likelihood, colour, side
            )
    axes.set(xlabel=x_label, ylabel="log-likelihood")
    low, high = rows["estimate"].min(), rows["estimate"].max()
    named = "; ".join(f"{mark.label} at {mark.estimate:.2f}" for mark in _rows(marks))
    alt = f"{len(rows)} optima with {x_label} between {low:.2f} and {high:.2f}. {named}."
    return Drawing(figure, alt)


@mpl.rc_context(STYLE)
def floors(rows: pd.DataFrame, axis_label: str) -> Drawing:
    """Draw printed standard errors against the least that is possible, on a logarithmic axis."""
    figure, axes = _canvas(height=0.9 + 0.34 * len(rows))
    positions = np.arange(len(rows))[::-1]
    axes.hlines(positions, rows["floor"], rows["floor"].max() * 3, color=BLUE, lw=7, alpha=0.45)
    _points(axes, rows["printed"], positions, rows["too_small"])
    _row_labels(axes, rows["label"], positions)
    axes.set(xscale="log", xlabel=axis_label, xlim=(None, rows["floor"].max() * 3))
    axes.xaxis.set_major_formatter(mpl.ticker.FormatStrFormatter("%g"))
    first = rows.iloc[0]
    left = 0.97 * min(first["printed"], first["floor"])
    axes.text(left, len(rows) - 0.62, "printed ", ha="right", fontsize=8.5)
    axes.text(first["floor"], len(rows) - 0.62, " possible", fontsize=8.5, color=BLUE)
    pairs = "; ".join(
        f"{row.label} printed {row.printed:.3f}, at least {row.floor:.3f}" for row in _rows(rows)
    )
    return Drawing(figure, f"Printed standard errors and the least possible: {pairs}.")


@mpl.rc_context(STYLE)
def effect_along(rows: pd.DataFrame, x_label: str, y_label: str, marks: pd.DataFrame) -> Drawing:
    """Draw an effect along a moderator with its band, zero, and named positions."""
    figure, axes = _canvas(height=3.2)
    axes.fill_between(rows["x"], rows["low"], rows["high"], color=BLUE, alpha=0.25, lw=0)
    axes.plot(rows["x"], rows["effect"], color=BLUE)
    axes.axhline(0, color=INK, linewidth=0.8)
    bottom = rows["low"].min()
    for mark in _rows(marks):
        axes.plot([mark.x], [bottom], "|", color=INK, markersize=8)
        axes.text(mark.x, bottom, f"  {mark.label}", rotation=90, va="bottom", ha="center", size=8)
    axes.set(xlabel=x_label, ylabel=y_label)
    below, above = rows.loc[rows["high"] < 0, "x"], rows.loc[rows["low"] > 0, "x"]
    parts = [f"{y_label} from {rows['effect'].iloc[0]:.2f} to {rows['effect'].iloc[-1]:.2f}"]
    parts += [f"below zero up to {below.max():.2f}"] if len(below) else []
    parts += [f"above zero from {above.min():.2f}"] if len(above) else []
    return Drawing(figure, ", ".join(parts) + f", along {x_label}.")


@mpl.rc_context(STYLE)
def interval_along(
    rows: pd.DataFrame, marks: pd.DataFrame, reference: float, x_label: str, y_label: str
) -> Drawing:
    """Draw how the interval around one estimate widens along what is not known."""
    figure, axes = _canvas(height=3.0)
    axes.fill_between(rows["x"], rows["low"], rows["high"], color=BLUE, alpha=0.25, lw=0)
    axes.plot(rows["x"], rows["estimate"], color=BLUE)
    axes.axhline(reference, color=INK, linewidth=0.8, linestyle=":")
    for mark in _rows(marks):
        axes.axvline(mark.x, color=GREY, linewidth=0.8)
        top = axes.get_xaxis_transform()
        axes.text(mark.x, 1.02, mark.label, transform=top, ha="center", fontsize=9)
    axes.set(xlabel=x_label, ylabel=y_label)
    parts = [
        f"{mark.label} ({mark.x:.2f}) {np.interp(mark.x, rows['x'], rows['low']):.1f} to "
        f"{np.interp(mark.x, rows['x'], rows['high']):.1f}"
        for mark in _rows(marks)
    ]
    estimate = f"{y_label}, {rows['estimate'].iloc[0]:.1f}, with its interval along {x_label}"
    return Drawing(figure, f"{estimate}: " + "; ".join(parts) + f". Dotted: {reference:g}.")


@mpl.rc_context(STYLE)
def estimates_along(rows: pd.DataFrame, x_label: str, y_label: str) -> Drawing:
    """Draw dots with vertical intervals along an axis, those of several methods side by side."""
    figure, axes = _canvas(height=3.4)
    methods = list(rows.groupby("label", sort=False))
    ends = rows[["estimate", "low", "high"]].replace([np.inf, -np.inf], np.nan)
    margin = 0.05 * float(ends.max().max() - ends.min().min())
    bottom, top = ends.min().min() - margin, ends.max().max() + margin
    width = 0.18 * float(rows["x"].drop_duplicates().sort_values().diff().min())
    for place, ((label, group), colour) in enumerate(zip(methods, PALETTE, strict=False)):
        x = group["x"] + width * (place - (len(methods) - 1) / 2)
        axes.vlines(x, group["low"].clip(bottom), group["high"].clip(None, top), color=colour)
        axes.plot(x, group["estimate"], "o", color=colour, markersize=4, label=label)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.set(xlabel=x_label, ylabel=y_label, ylim=(bottom, top))
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.18), ncols=1)
    return Drawing(figure, f"{y_label} along {x_label}. {_estimates_alt(methods)}.")


@mpl.rc_context(STYLE)
def specification_curve(
    rows: pd.DataFrame, choices: Sequence[str], marks: pd.DataFrame, y_label: str
) -> Drawing:
    """Draw the estimates of every specification in order of size, above the choices behind each."""
    rows = rows.sort_values("estimate", ignore_index=True)
    options = [(choice, option) for choice in choices for option in rows[choice].unique()]
    figure = Figure(figsize=(WIDTH, 2.6 + 0.17 * len(options)))
    axes, panel = figure.subplots(2, sharex=True, height_ratios=[2.6, 0.17 * len(options)])
    axes.fill_between(rows.index, rows["conf_low"], rows["conf_high"], color=GREY, alpha=0.4, lw=0)
    axes.plot(rows.index, rows["estimate"], color=BLUE)
    axes.axhline(0, color=INK, linewidth=0.8)
    for mark, colour in zip(_rows(marks), (RED, ORANGE, GREEN), strict=False):
        axes.axhline(mark.estimate, color=colour, linewidth=1.2, linestyle="--")
        text = f"{mark.label} {mark.estimate:.2f}"
        axes.annotate(text, (0, mark.estimate), (2, 2), textcoords="offset points", fontsize=8.5)
    axes.set_ylabel(y_label)
    _option_panel(panel, rows, options)
    return Drawing(figure, _curve_alt(rows, marks, y_label))


@mpl.rc_context(STYLE)
def lines_along(
    rows: pd.DataFrame, x_label: str, y_label: str, reference: float | None = None
) -> Drawing:
    """Draw several lines along one axis, each named at its end."""
    figure, axes = _canvas(height=3.2)
    start, end, parts = rows.index[0], rows.index[-1], []
    heights = _apart(rows.iloc[-1].to_numpy(), gap=0.07 * float(rows.to_numpy().max()))
    for (label, line), height, colour in zip(rows.items(), heights, PALETTE, strict=False):
        axes.plot(rows.index, line, color=colour)
        _direct_label(axes, f" {label}", end, height, colour)
        parts.append(f"{label} {line.iloc[0]:.1f} at {start:g}, {line.iloc[-1]:.1f} at {end:g}")
        if not (line.is_monotonic_increasing or line.is_monotonic_decreasing):
            parts[-1] += f", between {line.min():.1f} and {line.max():.1f}"
    if reference is not None:
        axes.axhline(reference, color=INK, linewidth=0.8, linestyle=":")
    axes.set(xlabel=x_label, ylabel=y_label, ylim=(0, None))
    separator = "," if rows.index[-1] >= FIVE_DIGITS else ""  # years have none
    axes.xaxis.set_major_formatter(mpl.ticker.StrMethodFormatter(f"{{x:{separator}g}}"))
    dotted = "" if reference is None else f" Dotted: {reference:g}."
    return Drawing(figure, f"{y_label} along {x_label}: " + "; ".join(parts) + "." + dotted)


@mpl.rc_context(STYLE)
def scoreboard(counts: pd.DataFrame, colours: Mapping[str, str]) -> Drawing:
    """Draw how many printed numbers have each grade, one panel a paper, one bar a grade."""
    figure = Figure(figsize=(WIDTH, 0.5 + 0.24 * counts.shape[1]))
    panels = figure.subplots(1, len(counts), sharex=True, sharey=True, squeeze=False)[0]
    positions = np.arange(counts.shape[1])[::-1]
    for axes, (paper, row) in zip(panels, counts.iterrows(), strict=True):
        axes.barh(positions, row, color=[colours[str(grade)] for grade in counts], height=0.7)
        for position, count in zip(positions, row, strict=True):
            axes.annotate(
                str(count), (count, position), (3, 0), textcoords="offset points", va="center"
            )
        axes.set_title(f"{paper}, {row.sum()}", fontsize=9.5)
        axes.set_xlim(0, 1.2 * counts.max().max())
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0, labelbottom=False)
    panels[0].set_yticks(positions, [str(grade) for grade in counts])
    return Drawing(figure, _scoreboard_alt(counts))


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    yield from frame.itertuples()


def _canvas(height: float) -> tuple[Figure, Axes]:
    """Make a figure that pyplot does not keep, so that no notebook draws it twice."""
    figure = Figure(figsize=(WIDTH, height))
    return figure, figure.subplots()


def _direct_label(
    axes: Axes, text: str, x: float, y: float, colour: Any, side: str = "left"
) -> None:
    ink = sns.set_hls_values(colour, l=0.32)
    axes.text(x, y, text, color=ink, fontsize=9, va="center", ha=side)


def _apart(heights: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """Lift what is less than the gap above the next lower one."""
    order = np.argsort(heights, kind="stable")
    steps = gap * np.arange(len(heights))
    apart = np.empty_like(heights)
    apart[order] = np.maximum.accumulate(heights[order] - steps) + steps
    return apart


def _point_labels(axes: Axes, rows: pd.DataFrame) -> None:
    """Name the points; where two are close, the name of the second goes below."""
    near = np.array([np.ptp(axes.get_xlim()) * 0.15, np.ptp(axes.get_ylim()) * 0.06])
    places = rows[["x", "y"]].to_numpy()
    for position, row in enumerate(_rows(rows)):
        gaps = np.abs(places[:position] - places[position])
        below = bool((gaps < near).all(axis=1).any())
        axes.annotate(
            row.country,
            (row.x, row.y),
            (4, -12 if below else 4),
            textcoords="offset points",
            fontsize=9,
        )


def _points(axes: Axes, values: pd.Series, positions: NDArray[np.int_], outside: pd.Series) -> None:
    inside = ~outside.to_numpy() & values.notna().to_numpy()
    beyond = outside.to_numpy()
    axes.plot(values[inside], positions[inside], "o", color=INK, markersize=6)
    axes.plot(values[beyond], positions[beyond], "X", color=RED, markersize=8)


def _row_labels(axes: Axes, labels: pd.Series, positions: NDArray[np.int_]) -> None:
    axes.set_yticks(positions, labels.astype(str))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(-0.6, len(positions) - 0.2)


def _name_first_row(axes: Axes, row: pd.Series, interval_name: str, point_name: str) -> None:
    top = axes.get_yticks()[0] + 0.32
    axes.text(row["low"], top, interval_name, color=BLUE, fontsize=8.5, ha="right")
    if pd.notna(row["point"]):
        axes.text(row["point"], top, f" {point_name}", fontsize=8.5)


def _intervals_alt(
    rows: pd.DataFrame, outside: pd.Series, interval_name: str, point_name: str, unit: str
) -> str:
    parts = [
        f"{row.label} {interval_name} {row.low:.2f} to {row.high:.2f}"
        + (f", {point_name} {row.point:.2f}" if pd.notna(row.point) else "")
        + (" (outside)" if beyond else "")
        for row, beyond in zip(_rows(rows), outside, strict=True)
    ]
    return f"{unit}: " + "; ".join(parts) + "."


def _option_panel(axes: Axes, rows: pd.DataFrame, options: Sequence[tuple[str, str]]) -> None:
    """Mark which specifications have each option."""
    for place, (choice, option) in enumerate(reversed(options)):
        chosen = rows.index[rows[choice] == option]
        places = np.full(len(chosen), place)
        axes.plot(chosen, places, "|", color=BLUE, markersize=4, alpha=0.5, rasterized=True)
    labels = [f"{choice}: {option}" for choice, option in reversed(options)]
    axes.set_yticks(range(len(options)), labels, fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("specifications, in order of the estimate")


def _curve_alt(rows: pd.DataFrame, marks: pd.DataFrame, y_label: str) -> str:
    estimates = rows["estimate"]
    above, below = (rows["conf_low"] > 0).sum(), (rows["conf_high"] < 0).sum()
    named = "; ".join(f"{mark.label} {mark.estimate:.2f}" for mark in _rows(marks))
    return (
        f"{y_label} in {len(rows)} specifications, from {estimates.min():.2f} to "
        f"{estimates.max():.2f}, median {estimates.median():.2f}; the interval lies above zero in "
        f"{above} and below zero in {below}. Marked: {named}."
    )


def _estimates_alt(methods: Sequence[tuple[Any, pd.DataFrame]]) -> str:
    parts = []
    for label, group in methods:
        each = [f"{r.x:g}: {r.estimate:.3f} ({r.low:.3f} to {r.high:.3f})" for r in _rows(group)]
        parts.append(f"{label}: " + "; ".join(each))
    return ". ".join(parts)


def _scoreboard_alt(counts: pd.DataFrame) -> str:
    parts = [
        f"{paper}: " + ", ".join(f"{count} {grade}" for grade, count in row.items() if count)
        for paper, row in counts.iterrows()
    ]
    return "Printed numbers by grade. " + "; ".join(parts) + "."
