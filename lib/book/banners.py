"""What a page says above its title when its numbers come from respondents."""

from html import escape

from lib.book.lineage import Lineage
from lib.book.notebooks import Chapter

SYNTHETIC = (
    "This chapter runs on generated respondents. They show how the analysis works; none of the "
    "numbers computed from them is evidence about any country or study."
)
LICENSED = "This chapter runs on the respondents of a licensed file, {file}."


def banner(lineage: Lineage) -> str:
    """Write the banner of a page from what its chapter was executed on."""
    if lineage.source == "synthetic":
        mark = "<strong>Synthetic rows, no evidence.</strong>"
        return f'<p class="banner synthetic-banner" role="note">{mark} {SYNTHETIC}</p>'
    if lineage.source == "licensed":
        said = escape(licensed_sentence(lineage.chapter), quote=False)
        return f'<p class="banner licensed-banner" role="note">{said}</p>'
    return ""


def licensed_sentence(chapter: Chapter) -> str:
    """Say on whose respondents a chapter ran."""
    declared = " ".join(name for name in chapter.data if name.startswith("data/raw/"))
    return LICENSED.format(file=chapter.file.name if chapter.file else declared)
