"""The colours can be read: contrasts are computed from the tokens of the style sheet, in light and in dark.

Ratios are those of WCAG 2.2 (relative luminance of sRGB): 4.5 for text, 3 for edges and for the mark of focus.
"""

import re
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CSS = (ROOT / "static/css/site.css").read_text()
TOKEN = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
GROUNDS = ("paper", "sheet")
TONES = ("good", "warn", "bad", "stone")

LIGHT = dict(TOKEN.findall(CSS.split("@media", 1)[0]))
DARK = dict(TOKEN.findall(CSS.split("(prefers-color-scheme: dark)", 1)[1].split("Base", 1)[0]))

TEXTS = [
    *product(("ink", "soft", "prime", "prime-deep", *TONES), GROUNDS),
    *product(("ink", "soft", "prime", "prime-deep"), ("wash", "saffron-wash")),
    *product(("prime-ink",), ("prime", "prime-deep")),
    *product(("ink",), (f"{tone}-wash" for tone in TONES)),
    *((tone, f"{tone}-wash") for tone in TONES),
]
EDGES = [*product(("edge", "prime", "here", *TONES, "ink"), (*GROUNDS, "wash")), ("saffron", "ink")]


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_dark_redefines_every_colour():
    assert DARK.keys() == LIGHT.keys()


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text, ground", TEXTS)
def test_text_stands_out(palette, text, ground):
    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("edge, ground", EDGES)
def test_an_edge_stands_out(palette, edge, ground):
    # Saffron is measured against the line of ink that always surrounds it.
    if edge == "saffron" and palette is DARK:
        ground = "sheet"
    assert contrast(palette[edge], palette[ground]) >= 3


def test_colours_are_said_once_as_tokens():
    rules = CSS.split("/* ---------- Base", 1)[1].split("/* ---------- Print", 1)[0]
    assert not re.findall(r"#[0-9a-f]{3,6}\b", rules)


def test_the_browser_frame_takes_the_colour_of_the_header():
    base = (ROOT / "templates/base.html").read_text()
    assert re.findall(r'theme-color" content="(#\w+)"', base) == [LIGHT["sheet"], DARK["sheet"]]


@pytest.mark.parametrize("path, most", [("static/css/site.css", 40), ("static/js/site.js", 8)])
def test_what_is_served_stays_small(path, most):
    assert (ROOT / path).stat().st_size <= most * 1024
