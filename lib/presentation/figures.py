"""How figures look: one style, wide and narrow, light and dark, alt text made from the data."""

import base64
import io
import pickle
import re
import textwrap
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from lib.presentation.pictures import NARROW_MIME, WIDE_MIME

INK = "#222222"
NARROW = 3.9  # inches: a telephone's width at its own size
WORDS, LABEL = 44, 18  # characters to a line of an axis label and of a name of a row
NEGATIVE = re.compile(r"(?<![\w\u2013)])-(?=\d)")
STYLE: Any = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.labelsize": 9.5,
    "font.size": 9.5,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "svg.fonttype": "path",
    "svg.hashsalt": "replication",
}
METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}
SYNTHETIC_MARK = "Synthetic rows, no evidence"


@dataclass(frozen=True)
class Drawing:
    """A drawn figure and what it shows in words."""

    figure: Figure  # the drawing
    alt: str  # what a reader who cannot see it needs, with the numbers

    def shown(self, name: str, caption: str, source: str = "published") -> "ShownFigure":
        """Make it a figure of the book."""
        return ShownFigure(self, name, caption, source)


@dataclass(frozen=True)
class ShownFigure:
    """A figure of the book; the last expression of a notebook cell shows it."""

    drawing: Drawing  # figure and alt text
    name: str  # file name and label, unique in its chapter
    caption: str  # one or two sentences that can be read without the text
    # A figure made from synthetic rows is marked in its caption and in the picture: "published",
    # "synthetic", "licensed".
    source: str = "published"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        synthetic = self.source == "synthetic"
        if synthetic:
            self.drawing.figure.suptitle(SYNTHETIC_MARK, x=0.99, ha="right", color="#b00020")
        mark = f"{SYNTHETIC_MARK}. " if synthetic else ""
        described = {
            "name": self.name,
            "kind": "figure",
            "alt": mark + self.drawing.alt,
            "caption": mark + self.caption,
            "source": self.source,
        }
        return _pictures(self.drawing.figure) | {"text/plain": described["alt"]}, {
            "replication": described
        }


def _pictures(figure: Figure) -> dict[str, Any]:
    for text in figure.findobj(Text):
        text.set_text(NEGATIVE.sub("\u2212", text.get_text()))
    with mpl.rc_context(STYLE):
        png = _saved(figure, "png")
        page = _with_halos(figure)
        wide = _saved(page, "svg")
        narrow = _saved(_narrowed(page), "svg")
    return {
        "image/png": base64.b64encode(png).decode(),
        WIDE_MIME: wide.decode(),
        NARROW_MIME: narrow.decode(),
    }


def _with_halos(figure: Figure) -> Figure:
    """Copy a figure and clear the lines behind its words."""
    page: Figure = pickle.loads(pickle.dumps(figure))
    for axes in page.axes:
        for text in axes.texts:
            text.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
    return page


def _narrowed(page: Figure) -> Figure:
    """Lay a drawing out anew at a telephone's width, long names on several lines."""
    for axes in page.axes:
        for label in (axes.xaxis.label, axes.yaxis.label):
            label.set_text(textwrap.fill(label.get_text(), WORDS))
        names = [label.get_text() for label in axes.get_yticklabels()]
        if any(len(name) > LABEL for name in names):
            axes.set_yticks(axes.get_yticks(), [textwrap.fill(name, LABEL) for name in names])
    page.set_size_inches(NARROW, page.get_figheight())
    page.set_layout_engine("constrained")
    return page


def _saved(figure: Figure, kind: str) -> bytes:
    buffer = io.BytesIO()
    clear = kind == "svg"  # the page's ground shows through
    figure.savefig(
        buffer, format=kind, bbox_inches="tight", metadata=METADATA[kind], transparent=clear
    )
    return buffer.getvalue()
