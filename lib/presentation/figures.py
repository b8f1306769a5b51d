"""How figures look: one style, PNG, SVG and PDF, alt text made from the data."""

import base64
import io
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.text import Text

INK = "#222222"
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
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "svg.fonttype": "path",
    "svg.hashsalt": "replication",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,  # the PDF writer looks here for how many codes a font may have
}
METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
WITHOUT_LIGATURES = ["-liga"]  # in a PDF a ligature is a glyph without a character
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
        text.set_fontfeatures(WITHOUT_LIGATURES)
    with mpl.rc_context(STYLE):
        drawn = {kind: _saved(figure, kind) for kind in METADATA}
    return {
        "image/png": base64.b64encode(drawn["png"]).decode(),
        "image/svg+xml": drawn["svg"].decode(),
        "application/pdf": base64.b64encode(drawn["pdf"]).decode(),
    }


def _saved(figure: Figure, kind: str) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, bbox_inches="tight", metadata=METADATA[kind])
    return buffer.getvalue()
