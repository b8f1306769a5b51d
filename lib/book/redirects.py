"""Old addresses of pages: each leads to where its contents are now."""

from html import escape
from pathlib import Path

from lib.core.text_files import read_csv

FILE = "data/codebook/redirects.csv"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Moved</title>
<link rel="canonical" href="{to}"><meta http-equiv="refresh" content="0; url={to}">
<meta name="robots" content="noindex"></head>
<body><main><h1>This page has moved</h1>
<p>It is now <a href="{to}">{to}</a>.</p></main></body></html>
"""


def write_redirects(root: Path, pages: Path) -> None:
    """Write a page at each old address whose new one exists; none without a table of them."""
    if not (root / FILE).is_file():
        return
    for old, new in read_csv(root / FILE, ["old", "new"])[["old", "new"]].itertuples(index=False):
        target = new.partition("#")[0]
        if (pages / target).is_file() and not (pages / old).exists():
            (pages / old).write_text(PAGE.format(to=escape(new)), encoding="utf-8")
