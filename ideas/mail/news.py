"""The mails that tell people what came of what they said: at once for their own ideas, gathered for the others."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from babel.dates import format_date

from ideas.domain.errors import N_
from ideas.domain.events import (
    ABOUT_COMMENTS,
    ANSWERING,
    OUR_WORDS,
    EventKind,
    Part,
    describe,
    introduce_others,
    list_details,
    name_outcome,
)
from ideas.domain.handling import Handling
from ideas.domain.texts import excerpt, one_line
from ideas.mail.messages import put
from ideas.mail.templates import render, translate
from ideas.store.queries.news import NewsLine, OtherIdea

LONGEST_TITLE = 80
MOST_OTHERS = 10
SUBJECTS = {
    EventKind.RECEIVED: N_("%(site)s : idée n° %(number)s reçue, « %(title)s »"),
    EventKind.ONLINE: N_("%(site)s : idée n° %(number)s en ligne, « %(title)s »"),
    EventKind.PUBLISHED: N_("%(site)s : idée n° %(number)s publiée, « %(title)s »"),
    EventKind.REFUSED: N_("%(site)s : idée n° %(number)s non publiée, « %(title)s »"),
    EventKind.HIDDEN: N_("%(site)s : idée n° %(number)s masquée, « %(title)s »"),
    EventKind.RESTORED: N_("%(site)s : idée n° %(number)s de nouveau en ligne, « %(title)s »"),
    EventKind.MERGED: N_("%(site)s : idée n° %(number)s réunie à une autre, « %(title)s »"),
    EventKind.UNMERGED: N_("%(site)s : idée n° %(number)s séparée d’une autre, « %(title)s »"),
    EventKind.ROUTED: N_("%(site)s : idée n° %(number)s transmise, « %(title)s »"),
    EventKind.QUESTION: N_("%(site)s : une question sur l’idée n° %(number)s, « %(title)s »"),
    EventKind.PROMISED: N_("%(site)s : une date pour l’idée n° %(number)s, « %(title)s »"),
    EventKind.ANSWERED: N_("%(site)s : une réponse à l’idée n° %(number)s, « %(title)s »"),
    EventKind.OPENED: N_("%(site)s : données ouvertes pour l’idée n° %(number)s, « %(title)s »"),
    EventKind.CORRECTED: N_("%(site)s : réponse corrigée pour l’idée n° %(number)s, « %(title)s »"),
    EventKind.REOPENED: N_("%(site)s : idée n° %(number)s examinée de nouveau, « %(title)s »"),
    EventKind.REPLY_PUBLISHED: N_("%(site)s : précision publiée sur l’idée n° %(number)s, « %(title)s »"),
    EventKind.REPLY_REFUSED: N_("%(site)s : précision non publiée sur l’idée n° %(number)s, « %(title)s »"),
    EventKind.EDIT_PUBLISHED: N_("%(site)s : modification publiée de l’idée n° %(number)s, « %(title)s »"),
    EventKind.EDIT_REFUSED: N_("%(site)s : modification non publiée de l’idée n° %(number)s, « %(title)s »"),
    EventKind.REVIEWED_AGAIN: N_("%(site)s : idée n° %(number)s relue de nouveau, « %(title)s »"),
    EventKind.REDACTED: N_("%(site)s : passage retiré de l’idée n° %(number)s, « %(title)s »"),
    EventKind.UNREDACTED: N_("%(site)s : passage remis dans l’idée n° %(number)s, « %(title)s »"),
    EventKind.LATE: N_("%(site)s : date dépassée pour l’idée n° %(number)s, « %(title)s »"),
    EventKind.CLOSED: N_("%(site)s : campagne close, votre idée n° %(number)s, « %(title)s »"),
}
NEXT = {
    EventKind.RECEIVED: N_("Elle est relue avant de paraître : vous recevrez un message, qu’elle soit publiée ou non."),
    EventKind.ONLINE: N_(
        "L’équipe la relit maintenant : si elle est masquée, vous recevrez un message qui dit pourquoi."
    ),
    EventKind.PUBLISHED: N_("Faites-la connaître : envoyez son adresse à celles et ceux qui ont le même besoin."),
    EventKind.REFUSED: N_("Vous pouvez la corriger et la renvoyer depuis sa page :"),
    EventKind.MERGED: N_("Si ce n’est pas la même demande, séparez-les d’un bouton :"),
    EventKind.REPLY_REFUSED: N_("Vous pouvez l’écrire de nouveau depuis la page de l’idée :"),
    EventKind.CLOSED: N_("Votre idée reste en ligne, avec les réponses des administrations."),
    EventKind.QUESTION: N_("Répondez depuis la page de l’idée :"),
}


class Letterhead(NamedTuple):
    """What every mail shows of the site: its name, its public address, and whether answers to mails are read."""

    site: str
    origin: str
    answers_to: str = ""


class ToldOther(NamedTuple):
    """Another idea that the same act was about: what came of it is a French word, or nothing."""

    number: int
    title: str
    outcome: str
    url: str


class ToldLine(NamedTuple):
    """An event in a mail: the sentence, what it takes, and the lines under it (a French label, and a text or a day).

    `others`: the first ideas that it is about too; `more_count`: how many there are beyond them.
    """

    sentence: str
    facts: dict[str, Any]
    details: list[tuple[str, str]]
    url: str
    useful_urls: Sequence[str] = ()
    others_are: str = ""
    others: Sequence[ToldOther] = ()
    more_count: int = 0


def write_news(to: str, line: NewsLine, head: Letterhead, *, key: str, language: str, now: datetime) -> None:
    """Tell an author at once what happened to their idea; `key` is the secret of their links."""
    told = _tell(line, head, key, language)
    site = {"site": head.site, "number": line.idea_id, "title": excerpt(one_line(line.title), LONGEST_TITLE)}
    facts = {"line": told, "part": line.part, "next": _find_next(line), **_foot(head, key, line.part, language)}
    mail = render("news", language=language, subject=SUBJECTS[line.kind], named=site, **facts)
    put(to, mail, host=_host(head), now=now, stop_url=make_stop_url(head.origin, key, line.part))


def write_digest(
    to: str,
    lines: list[NewsLine],
    head: Letterhead,
    *,
    key: str,
    language: str,
    now: datetime,
    is_last: bool = False,
) -> None:
    """Tell somebody, in one mail, what happened to the ideas that they support or follow.

    `is_last`: they want their mails at once, and have had what a day takes.
    """
    first = next((line for line in lines if line.title), lines[0])
    titles = {"site": head.site, "number": first.idea_id, "title": excerpt(one_line(first.title), LONGEST_TITLE)}
    one = N_("%(site)s : du nouveau pour l’idée n° %(number)s, « %(title)s »")
    several = N_("%(site)s : du nouveau pour l’idée n° %(number)s, « %(title)s », et d’autres")
    unnamed = N_("%(site)s : du nouveau pour l’idée n° %(number)s")
    subject = unnamed if not first.title else one if len(lines) == 1 else several
    told = [_tell(line, head, key, language) for line in lines]
    facts = {"lines": told, "is_last": is_last, "part": Part.SUPPORTER, **_foot(head, key, Part.SUPPORTER, language)}
    mail = render("digest", language=language, subject=subject, named=titles, **facts)
    put(to, mail, host=_host(head), now=now, stop_url=make_stop_url(head.origin, key, Part.SUPPORTER))


def make_news_url(origin: str, key: str) -> str:
    """Return the address of somebody's news, which needs no sign-in."""
    return f"{origin}/nouvelles/{key}"


def make_stop_url(origin: str, key: str, part: Part) -> str:
    """Return where one press stops the mails about one's own ideas, or those about the others'."""
    return f"{make_news_url(origin, key)}/arret/{'mes-idees' if part is Part.AUTHOR else 'suivis'}"


def _find_next(line: NewsLine) -> str:
    if line.kind is EventKind.ANSWERED and line.handling is Handling.REFUSED:
        return N_("Un refus se conteste : la page de l’idée dit comment, et prépare la lettre.")
    is_lost = line.kind is EventKind.MERGED and line.other_id is None
    return "" if is_lost else NEXT.get(line.kind, "")


def _tell(line: NewsLine, head: Letterhead, key: str, language: str) -> ToldLine:
    sentence, facts = describe(line)
    title = {"title": one_line(line.title), "other_title": one_line(line.other_title or "")}
    details = [(label, _write(text, language)) for label, text in list_details(line)]
    path = f"{head.origin}/idees/{line.idea_id}"
    if line.kind is EventKind.USE_REFUSED:
        path = f"{path}/usage"
    if line.part is Part.AUTHOR and line.kind is EventKind.MERGED and line.other_id is not None:
        path = f"{make_news_url(head.origin, key)}/reunion/{line.idea_id}"
    if line.kind is EventKind.WITHDRAWN and line.other_id is not None:
        path = f"{head.origin}/idees/{line.other_id}"
    if line.part is Part.AUTHOR and line.kind is EventKind.REFUSED:
        path = f"{path}/corriger"
    if line.kind is EventKind.EDITED:
        path = f"{path}/modifications"
    if line.kind in ABOUT_COMMENTS:
        path = f"{path}/commentaires"
    useful = _list_useful_urls(line, head.origin, language)
    others = [_tell_other(line.kind, one, head, language) for one in line.others[:MOST_OTHERS]]
    more_count = max(0, len(line.others) - MOST_OTHERS)
    address, introduced = _in(path, language), introduce_others(line.kind)
    return ToldLine(sentence, facts | title, details, address, useful, introduced, others, more_count)


def _tell_other(kind: EventKind, one: OtherIdea, head: Letterhead, language: str) -> ToldOther:
    outcome, address = name_outcome(kind, one.handling), _in(f"{head.origin}/idees/{one.idea_id}", language)
    return ToldOther(one.idea_id, one_line(one.title), outcome, address)


def _list_useful_urls(line: NewsLine, origin: str, language: str) -> Sequence[str]:
    """Return the two addresses where whoever asked says whether the answer was useful, yes first."""
    if line.kind not in ANSWERING or line.answer_id is None or line.part is Part.FOLLOWER:
        return ()
    page = _in(f"{origin}/reponses/{line.answer_id}/avis", language)
    return [f"{page}{'&' if '?' in page else '?'}choix={choice}" for choice in ("oui", "non")]


def _write(fact: str | date, language: str) -> str:
    if isinstance(fact, date):
        return str(format_date(fact, "long", locale=language))
    return translate(fact, language) if fact in OUR_WORDS else fact


def _foot(head: Letterhead, key: str, part: Part, language: str) -> dict[str, str]:
    return {
        "site": head.site,
        "news_url": _in(make_news_url(head.origin, key), language),
        "stop_url": _in(make_stop_url(head.origin, key, part), language),
        "answers_to": head.answers_to,
    }


def _in(address: str, language: str) -> str:
    return f"{address}?lang=en" if language == "en" else address


def _host(head: Letterhead) -> str:
    return urlsplit(head.origin).hostname or "localhost"
