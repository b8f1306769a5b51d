"""What a chapter does beside its analysis: checks its choices, shows, glues, records evidence."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Protocol

import pandas as pd
from IPython.display import display

from lib.core import choices
from lib.evidence import records
from lib.presentation.labels import DECIMALS, LABELS
from lib.presentation.tables import Table

ENTRY = "entry"  # column of addresses: a printed number leads to its entry in the report
SYNTHETIC = "synthetic"  # rows of which no evidence is recorded


class _Respondents(Protocol):
    """Rows and where they come from."""

    @property
    def frame(self) -> pd.DataFrame:
        """One row a respondent."""

    @property
    def source(self) -> str:
        """Synthetic rows, or those of a licensed file."""


class _Drawing(Protocol):
    """A picture that can show itself, so that chapters without figures load no plotting."""

    def shown(self, name: str, caption: str, source: str) -> Any:
        """Make it an output of the notebook."""


class Notebook:
    """
    A chapter's line to the book.

    Parameters
    ----------
    **chosen : object
        The chapter's parameters by name, each checked against `lib.core.choices.CHOICES`.

    Attributes
    ----------
    choices : types.SimpleNamespace
        The parameters, one attribute each.
    source : {"published", "synthetic", "licensed"}
        What the chapter is computed from: "published" until `rows` takes respondents in.

    Raises
    ------
    InputError
        If a parameter has a value that it may not have.

    Examples
    --------
    >>> nb = Notebook(alpha=0.05)
    >>> nb.choices.alpha
    0.05
    """

    def __init__(self, **chosen: Any) -> None:
        choices.check(chosen)
        self.choices = SimpleNamespace(**chosen)
        self.source = "published"

    def rows(self, respondents: _Respondents) -> pd.DataFrame:
        """
        Take respondents in; from here on everything shown is marked by where they come from.

        Parameters
        ----------
        respondents : lib.respondents.studies.Respondents
            What a reader of respondents returns.

        Returns
        -------
        pandas.DataFrame
            One row a respondent.
        """
        self.source = respondents.source
        return respondents.frame

    def table(
        self,
        name: str,
        frame: pd.DataFrame,
        caption: str,
        columns: Sequence[str] | Mapping[str, str] | None = None,
        decimals: int | Mapping[str, int] | None = None,
        links: Mapping[str, str] | None = None,
    ) -> None:
        """
        Show a table.

        Parameters
        ----------
        name : str
            File name and label, unique in the chapter: ``{numref}`CHAPTER-NAME```.
        frame : pandas.DataFrame
            The rows; a named index becomes columns, unless a column has its name.
        caption : str
            One sentence that can be read without the text.
        columns : sequence of str or mapping, optional
            The columns to show, in order, or their display names by column; all by default. What
            no mapping names is called as in `lib.presentation.labels`.
        decimals : int or mapping, optional
            Decimals of all columns of floats, or by column; else those of the labels, or 2.
        links : mapping, optional
            Column whose cells lead somewhere, and the column that holds the addresses. Without
            it a column "printed" leads to the entries of its numbers, if the rows have an "id".
        """
        if any(label is not None for label in frame.index.names):
            frame = frame.reset_index(drop=frame.index.names[0] in frame.columns)
        wanted = list(frame.columns) if columns is None else list(columns)
        given = columns if isinstance(columns, Mapping) else {}
        labels = {column: given.get(column, _label(column)) for column in wanted}
        places = dict.fromkeys(wanted, decimals) if isinstance(decimals, int) else decimals
        rounded = DECIMALS | dict(places or {})
        if links is None and "printed" in wanted and "id" in frame:
            frame = frame.assign(**{ENTRY: ("report.html#" + frame["id"]).fillna("")})
            links = {"printed": ENTRY}
        display(Table(frame, name, caption, labels, rounded, self.source, links or {}))  # type: ignore[no-untyped-call]

    def figure(self, name: str, drawing: _Drawing, caption: str) -> None:
        """
        Show a figure; it needs a cell of its own.

        Parameters
        ----------
        name : str
            File name and label, unique in the chapter: ``{numref}`CHAPTER-NAME```.
        drawing : lib.presentation.figures.Drawing
            The picture and its alt text.
        caption : str
            The finding, in one or two sentences that can be read without the text.
        """
        display(drawing.shown(name, caption, self.source))  # type: ignore[no-untyped-call]

    def determined(self, frame: pd.DataFrame, basis: str, **same: str) -> None:
        """
        Record values that a computation gives for printed numbers, see `records.determined`.

        Nothing is recorded of synthetic rows.

        Parameters
        ----------
        frame : pandas.DataFrame
            Columns id, low and high, and those of reason, conditions and problem that differ.
        basis : {"same_sample", "other_sample", "same_paper", "another_cell", "definition"}
            Where the values come from.
        **same : str
            Those of reason, conditions and problem that are the same for every row.

        Raises
        ------
        ValueError
            If an end is not a number, or the basis is none.
        """
        if self.source != SYNTHETIC:
            records.determined(frame, basis, self.source, **same)

    def bounded(self, frame: pd.DataFrame, basis: str, **same: str) -> None:
        """
        Record bounds outside of which printed numbers are impossible, see `records.bounded`.

        Parameters
        ----------
        frame : pandas.DataFrame
            As for `determined`; an open end is infinite.
        basis : str
            As for `determined`.
        **same : str
            As for `determined`.

        Raises
        ------
        ValueError
            If an end is not a number, or the basis is none.
        """
        if self.source != SYNTHETIC:
            records.bounded(frame, basis, self.source, **same)

    def probable(self, frame: pd.DataFrame, basis: str, **same: str) -> None:
        """
        Record intervals outside of which printed numbers are improbable, see `records.probable`.

        Parameters
        ----------
        frame : pandas.DataFrame
            As for `determined`.
        basis : str
            As for `determined`.
        **same : str
            As for `determined`; conditions say p and the model.

        Raises
        ------
        ValueError
            If an end is not a number, or the basis is none.
        """
        if self.source != SYNTHETIC:
            records.probable(frame, basis, self.source, **same)

    def glue(self, **numbers: float | str) -> None:
        """
        Hand numbers to the prose: ``{glue:text}`NAME:.2f``` on this page.

        Parameters
        ----------
        **numbers : float or str
            Values by name; another page says ``{glue:text}`path::NAME```.
        """
        records.glue_numbers(**numbers)


def _label(column: str) -> str:
    return LABELS.get(column, str(column).replace("_", " "))
