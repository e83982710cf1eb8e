"""The picture that other sites show beside a link to an idea: its title, on our paper, in our letters."""

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import font_source_serif_pro as family
from flask import Response, current_app

from ideas.domain.typography import FIXED, NARROW, typeset
from ideas.http.access import public
from ideas.http.actor import READER
from ideas.http.addresses import origin
from ideas.http.etag import tag
from ideas.http.refusals import found
from ideas.store import queries
from ideas.web.ideas.blueprint import bp

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT, MARGIN = 1200, 630, 80  # pixels; the size that sites which show links ask for
PAPER, INK, SOFT, PRIME = "#fbfaf7", "#1c2330", "#525c6b", "#2f4674"
SIZES = (76, 66, 58, 50)  # pixels, the largest at which a title takes few enough lines
MOST_LINES = 4
LEADING = 1.18


@bp.get("/idees/<number:idea_id>/image.png")
@public
def picture(idea_id: int) -> Response:
    """The picture of an idea on line."""
    idea = found(queries.ideas.find(idea_id, READER))
    signature = f"{current_app.config['IDEAS'].site_name} · {urlsplit(origin()).netloc}"
    return tag(Response(draw_title(idea.title, signature), mimetype="image/png"))


@lru_cache(maxsize=64)
def draw_title(title: str, signature: str) -> bytes:
    """Return a PNG of a title, cut at the end of a word when it would not fit, above a line that signs it."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    drawing = ImageDraw.Draw(image)
    drawing.rectangle((0, 0, 24, HEIGHT), fill=PRIME)
    font, lines = _fit(_spaced(title))
    top = (HEIGHT - 90 - len(lines) * font.size * LEADING) / 2
    for place, line in enumerate(lines):
        drawing.text((MARGIN, top + place * font.size * LEADING), line, font=font, fill=INK)
    drawing.text((MARGIN, HEIGHT - 96), _cut(_spaced(signature), _font(32, is_bold=False)), font=_font(32), fill=SOFT)
    written = BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _spaced(text: str) -> str:
    """Return a text with the spaces that must not break; the letters have no narrow one."""
    return typeset(" ".join(text.split())).replace(NARROW, FIXED)


def _fit(title: str) -> tuple["FreeTypeFont", list[str]]:
    for size in SIZES:
        font = _font(size, is_bold=True)
        lines = _break(title, font)
        if len(lines) <= MOST_LINES:
            return font, lines
    kept = lines[: MOST_LINES - 1]
    return font, [*kept, _cut(" ".join(lines[MOST_LINES - 1 :]), font)]


def _break(text: str, font: "FreeTypeFont") -> list[str]:
    """Return the lines of a text, broken between words; one that is longer than a line is cut."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= WIDTH - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines.append(_cut(word, font))
    return [line for line in lines if line]


def _cut(text: str, font: "FreeTypeFont") -> str:
    shown = text
    while font.getlength(shown) > WIDTH - 2 * MARGIN:
        shown = shown.removesuffix("…")[:-1].rstrip() + "…"
    return shown


@lru_cache(maxsize=8)
def _font(size: int, *, is_bold: bool = False) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(family.font_files_ttf["SourceSerifProSemibold" if is_bold else "SourceSerifPro"], size)
