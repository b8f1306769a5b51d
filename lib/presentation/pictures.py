"""A figure on the website: wide or narrow as the window is, light or dark as the theme is."""

import colorsys
import re
from collections.abc import Mapping
from html import escape
from typing import Any

WIDE_MIME, NARROW_MIME = "image/svg+xml", "image/svg+xml;width=narrow"
PHONE = "(max-width: 575px)"
COLOUR = re.compile(r"#[0-9a-f]{6}\b")


def drawings(data: Mapping[str, Any]) -> dict[str, str]:
    """Give the four drawings by how their files' names end; none of a figure without them."""
    if NARROW_MIME not in data:
        return {}
    wide, narrow = ("".join(data[kind]) for kind in (WIDE_MIME, NARROW_MIME))
    return {
        ".svg": wide,
        "-dark.svg": dark(wide),
        "-narrow.svg": narrow,
        "-narrow-dark.svg": dark(narrow),
    }


def picture(address: str, alt: str) -> str:
    """Write the HTML that shows the drawings whose files' names begin so; a page loads one."""
    return "".join(
        f'<picture class="only-{theme}"><source media="{PHONE}" '
        f'srcset="{escape(address)}-narrow{end}.svg">'
        f'<img class="only-{theme}" src="{escape(address)}{end}.svg" alt="{escape(alt)}" '
        'loading="lazy"></picture>'
        for theme, end in (("light", ""), ("dark", "-dark"))
    )


def dark(svg: str) -> str:
    """Give a drawing the colours of the dark theme: each hue stays, light and dark change."""
    return COLOUR.sub(lambda found: _inverted(found[0]), svg)


def _inverted(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    ground = lightness > 0.99  # white, which becomes the page's ground; what is drawn stays visible
    turned = colorsys.hls_to_rgb(
        hue, 0.08 if ground else max(0.4, 0.95 - 0.87 * lightness), saturation
    )
    return "#" + "".join(f"{round(255 * part):02x}" for part in turned)
