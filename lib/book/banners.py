"""What a page says above its title when its numbers come from respondents."""

from html import escape

from lib.book.lineage import Lineage

STANDIN = (
    "This chapter runs on generated respondents. They show how the analysis works; none of the "
    "numbers computed from them is evidence about any country or study."
)
LICENSED = "This chapter runs on the respondents of a licensed file, {file}."


def banner(lineage: Lineage) -> str:
    """
    Write the banner of a page from what its chapter was executed on.

    Parameters
    ----------
    lineage : Lineage
        The executed chapter.

    Returns
    -------
    str
        HTML: a strip that stays in view and a sentence for stand-in respondents, a sentence for
        licensed ones, nothing for published data.
    """
    if lineage.source == "standin":
        strip = '<p class="standin-strip">Stand-in data, no evidence</p>'
        return f'{strip}<p class="banner standin-banner" role="note">{STANDIN}</p>'
    if lineage.source == "licensed":
        said = LICENSED.format(file=escape(_licensed_file(lineage)))
        return f'<p class="banner licensed-banner" role="note">{said}</p>'
    return ""


def _licensed_file(lineage: Lineage) -> str:
    """Name the user's own file, or those in data/raw that a chapter declares."""
    if lineage.chapter.file:
        return lineage.chapter.file.name
    return " ".join(file.name for file in lineage.inputs if file.name.startswith("data/raw/"))
