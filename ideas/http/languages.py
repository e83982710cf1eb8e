"""French first, English when asked for: by `?lang=en`, kept from link to link without a cookie."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from flask import Flask, g, has_request_context, request, url_for
from flask_babel import Babel, Domain, format_date, format_datetime, format_number, gettext
from markupsafe import Markup

from ideas.config import ROOT
from ideas.domain.typography import typeset
from ideas.http.addresses import carried

LANGUAGES = ("fr", "en")


def find_language() -> str:
    """Return the language of this page: the address decides, French otherwise."""
    try:
        return g.language
    except (AttributeError, RuntimeError):  # not asked yet, or no page
        if not has_request_context():
            return "fr"
    asked = request.args.get("lang", "")
    g.language = asked if asked in LANGUAGES else "fr"
    return str(g.language)


def foreign(language: str = "fr") -> str:
    """Return `language` when it is not that of this page, else nothing; campaigns are written in French.

    A screen reader pronounces a text as the page's own language unless it is told.
    """
    return language if language in LANGUAGES and language != find_language() else ""


def said_in(text: str, language: str = "fr") -> str:
    """Return what a person wrote in `language`, with its spaces, marked as such on a page in another one."""
    other = foreign(language)
    text = typeset(text) if language == "fr" else text
    return Markup('<span lang="{}">{}</span>').format(other, text) if other else text


def say_day(day: date) -> str:
    """Return a day as every page says it, in its language: 1er décembre 2026, 1 December 2026."""
    pattern = gettext("1'er' MMMM y") if format_date(day, "d") == "1" else gettext("d MMMM y")
    return str(format_date(day, pattern))


class Catalogues(Domain):
    """The sentences of each language, found by its code: the library works it out a hundred times a page."""

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, Any] = {}

    def get_translations(self) -> Any:
        """Return the sentences of the language of this page."""
        language = find_language()
        if language not in self._found:
            self._found[language] = super().get_translations()
        return self._found[language]


def _make_number_format() -> Callable[[float], str]:
    """Return the filter of numbers; a list shows the same small ones again and again."""
    known = lru_cache(maxsize=4_096)(lambda _language, number: format_number(number))
    return lambda number: known(find_language(), number)


def _make_date_format(form: Callable[..., str]) -> Callable[..., str]:
    """Return a filter of dates: working out the words of one costs as much as a query, and pages show the same ones."""
    known = lru_cache(maxsize=4_096)(lambda _language, moment, how: form(moment, how))
    return lambda moment, how=None: known(find_language(), moment, how)


def open_languages(app: Flask) -> None:
    """Translate what is shown, and carry the chosen language in every address that the page gives."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "ideas" / "translations")
    babel = Babel(app, locale_selector=find_language, default_locale="fr", default_timezone="Europe/Paris")
    catalogues = babel.domain_instance = Catalogues()
    set_spaces = lru_cache(maxsize=4_096)(lambda language, text: typeset(text) if language == "fr" else text)
    numberformat = _make_number_format()

    @lru_cache(maxsize=4_096)
    def translate(language: str, text: str) -> str:
        return str(set_spaces(language, catalogues.get_translations().ugettext(text)))

    def ugettext(text: str) -> str:
        return translate(find_language(), text)

    def ungettext(one: str, many: str, number: int) -> str:
        found = set_spaces(find_language(), catalogues.get_translations().ungettext(one, many, number))
        return str(found.replace("%(num)s", numberformat(number)))

    app.jinja_env.install_gettext_callables(ugettext, ungettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters["numberformat"] = numberformat
    app.jinja_env.filters["dateformat"] = _make_date_format(format_date)
    app.jinja_env.filters["datetimeformat"] = _make_date_format(format_datetime)

    app.jinja_env.filters["said_in"] = said_in
    app.jinja_env.globals["foreign"] = foreign

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, Any]) -> None:
        if find_language() != "fr" and endpoint != "static" and "lang" not in values:
            values["lang"] = find_language()
        elif values.get("lang") == "fr":
            values.pop("lang")


def other_language_url(*, keeps_form: bool = False) -> str:
    """Return the address of this same page in the other language; `keeps_form` when a form is sent to it again."""
    other = "en" if find_language() == "fr" else "fr"
    if request.endpoint is None or not (keeps_form or _is_read()):
        return url_for("campaigns.show", lang=other)
    return url_for(request.endpoint, **{**carried(), **(request.view_args or {}), "lang": other})


def _is_read() -> bool:
    return request.url_rule is not None and "GET" in (request.url_rule.methods or ())
