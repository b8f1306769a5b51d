"""Old addresses of pages: each leads to where its contents are now."""

import re
from html import escape
from pathlib import Path

from lib.core.text_files import read_csv

FILE = "data/codebook/redirects.csv"
ENTRANCE = "index.html"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="refresh" content="0; url={to}">
{head}</head>
<body><main><h1>{title}</h1>
<p>It is at <a href="{to}">{to}</a>.</p></main></body></html>
"""
MOVED = """<link rel="canonical" href="{to}">
<meta name="robots" content="noindex">"""
TOLD = re.compile(
    r'<meta (?:property="og:|name="(?:description|twitter:))[^>]*>|<link rel="canonical"[^>]*>'
)


def write_redirects(root: Path, pages: Path) -> None:
    """Write a page at each old address whose new one exists; none without a table of them."""
    if not (root / FILE).is_file():
        return
    for old, new in read_csv(root / FILE, ["old", "new"])[["old", "new"]].itertuples(index=False):
        target = new.partition("#")[0]
        if (pages / target).is_file() and not (pages / old).exists():
            to = escape(new)
            page = PAGE.format(to=to, title="This page has moved", head=MOVED.format(to=to))
            (pages / old).write_text(page, encoding="utf-8")


def write_entrance(html: Path) -> None:
    """Let the page that leads to the first one say what that says to who lists or links to it."""
    given = (html / ENTRANCE).read_text(encoding="utf-8")
    leads = re.search(r"url=([^\"]+)", given)
    if leads:
        first = (html / leads[1]).read_text(encoding="utf-8")
        title = re.search(r'"og:title" content="(.*?)"', first)
        head = "\n".join(TOLD.findall(first)).replace('content="../', 'content="')
        page = PAGE.format(to=leads[1], title=title[1] if title else "", head=head)
        (html / ENTRANCE).write_text(page, encoding="utf-8")
