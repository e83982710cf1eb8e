"""Mails as templates: `templates/mail/<name>.txt` and `.html`, in the reader's language, outside of any request.

The sentences come from the catalogues of the site by way of the standard library: a worker or a command has no
request for Flask-Babel to read a language from.
"""

import gettext
from collections.abc import Mapping
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ideas.config import ROOT

LANGUAGES = ("fr", "en")


def render(
    name: str, *, language: str, subject: str, named: Mapping[str, object] | None = None, **facts: object
) -> tuple[str, str, str]:
    """Return the subject, the text and the HTML of the mail `name`; French when `language` is not spoken here.

    `subject` is a French sentence marked for translation, `named` what it takes; the templates are given `facts`.
    """
    language = language if language in LANGUAGES else "fr"
    environment = _environment(language)
    said = _sentences(language).gettext(subject) % (named or {})
    known = {"lang": language, "subject": said, **facts}
    text, html = (environment.get_template(f"mail/{name}.{kind}").render(known) for kind in ("txt", "html"))
    return said, text, html


def translate(sentence: str, language: str) -> str:
    """Return a French sentence marked for translation in the language of a mail."""
    return _sentences(language if language in LANGUAGES else "fr").gettext(sentence)


@lru_cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,  # a mail with a hole in it must not go
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.install_gettext_translations(_sentences(language), newstyle=True)  # type: ignore[attr-defined]
    return environment


@lru_cache
def _sentences(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", ROOT / "ideas" / "translations", [language], fallback=True)
