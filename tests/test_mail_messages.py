"""What mails say: the same in text and in HTML, in both languages, readable in a terminal."""

import re
from datetime import date

import pytest

from ideas.actions.purposes import VOTES, VOTES_BUTTON
from ideas.actions.vouching import BOUND
from ideas.config import ROOT
from ideas.domain.accounts import Purpose
from ideas.domain.events import GATHERED_FOR_AUTHORS, EventKind, Part, hears
from ideas.domain.handling import Handling
from ideas.domain.publication import Publication
from ideas.mail.messages import write_moved_mail, write_moving_mail, write_safety_mail, write_sign_in_mail
from ideas.mail.news import Letterhead, write_digest, write_news
from ideas.store.database import db
from ideas.store.models import OutboxMail
from ideas.store.queries.news import NewsLine, OtherIdea
from tests.factories import now

HEAD = Letterhead("Données rêvées", "https://idees.example.org")
LINK = "https://idees.example.org/connexion/lien/abc"
NAMES = sorted(path.stem for path in (ROOT / "templates" / "mail").glob("*.txt") if path.stem not in ("foot", "others"))


def sign_in(language):
    does = Purpose(VOTES, VOTES_BUTTON, "Cartes des crues", 47)
    write_sign_in_mail("nadia@example.org", language=language, link=LINK, code="123456", now=now(), does=does)
    db.session.commit()
    return db.session.query(OutboxMail).one()


LINE = NewsLine(
    1, EventKind.REFUSED, Part.AUTHOR, now(), 12, "Cartes des crues", "fr", Publication.REFUSED, Handling.RECEIVED,
    None, None, "personal_data", "Ôtez les noms (100 %)", "", "", None, None, "", "", "", None, "", (),
)  # fmt: skip


def news(language):
    write_news("nadia@example.org", LINE, HEAD, key="k", language=language, now=now())
    db.session.commit()
    return db.session.query(OutboxMail).one()


def digest(language):
    line = LINE._replace(kind=EventKind.ANSWERED, part=Part.SUPPORTER, answer="Oui, en mai.")
    write_digest("nadia@example.org", [line, line], HEAD, key="k", language=language, now=now())
    db.session.commit()
    return db.session.query(OutboxMail).one()


TOLD = [(kind, part) for kind in EventKind for part in Part if hears(kind, part)]
OTHERS = [OtherIdea(1, 20 + number, f"Marées {number}", "fr", Handling.OPENED) for number in range(12)]
WHOLE = LINE._replace(
    other_id=13, other_title="Crues", answer="Oui.", dataset_url="https://data.example/crues", producer="IGN",
    promised_on=date(2027, 1, 25), others=OTHERS,
)  # fmt: skip


@pytest.mark.parametrize(("kind", "part"), TOLD, ids=[f"{kind}-{part}" for kind, part in TOLD])
def test_every_event_is_told_in_both_languages(app, kind, part):
    line = WHOLE._replace(kind=kind, part=part)
    is_at_once = part is Part.AUTHOR and kind not in GATHERED_FOR_AUTHORS
    write, told = (write_news, line) if is_at_once else (write_digest, [line])
    for language in ("fr", "en"):
        write("nadia@example.org", told, HEAD, key="k", language=language, now=now())
    db.session.commit()
    french, english = db.session.query(OutboxMail).order_by(OutboxMail.id)
    assert french.subject != english.subject and "n° 12" in french.subject
    assert not {*filter(None, french.body.splitlines())} & {*filter(None, english.body.splitlines())}
    assert words_of(french.html) == " ".join(french.body.split())


def moving(language):
    write_moving_mail("nadia@example.org", language=language, link=LINK, now=now())
    db.session.commit()
    return db.session.query(OutboxMail).one()


def moved(language):
    write_moved_mail("nadia@example.org", language=language, host="idees.example.org", now=now())
    db.session.commit()
    return db.session.query(OutboxMail).one()


def safety(language):
    given = {"language": language, "origin": "https://idees.example.org", "now": now(), "label": "Agents"}
    write_safety_mail("nadia@example.org", BOUND, **given)
    db.session.commit()
    return db.session.query(OutboxMail).one()


WRITERS = {"sign_in": sign_in, "news": news, "digest": digest, "moving": moving, "moved": moved, "safety": safety}
"""Each mail and what writes one, in a language."""


def words_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<body")[2].partition(">")[2])).strip()


def test_every_mail_is_looked_at_here_and_has_both_forms():
    assert sorted(WRITERS) == NAMES
    assert all((ROOT / "templates" / "mail" / f"{name}.html").exists() for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_html_says_what_the_text_says(app, name, language):
    mail = WRITERS[name](language)
    assert words_of(mail.html) == " ".join(mail.body.split())
    assert f'<html lang="{language}">' in mail.html
    assert not re.search(r"<(?:img|script|link|style)|url\(|&#39;|\{\{", mail.html)
    assert mail.body.endswith(".\n") and "\n\n\n" not in mail.body and "&" not in mail.body


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_whole_in_each_language(app, name):
    french = WRITERS[name]("fr")
    said = french.subject, french.body
    db.session.delete(french)
    english = WRITERS[name]("en")
    assert not set(filter(None, said[1].splitlines())) & set(filter(str.strip, english.body.splitlines())) - {
        "    123456",
        LINK,
    }
    assert said[0] != english.subject


def test_a_link_keeps_the_language_of_the_mail(app):
    assert f"{LINK}?lang=en" in sign_in("en").body


def test_what_is_given_is_escaped_in_html_alone(app):
    write_sign_in_mail("n@example.org", language="fr", link=f"{LINK}?a=1&b=<2>", code="123456", now=now())
    db.session.commit()
    mail = db.session.query(OutboxMail).one()
    assert "?a=1&b=<2>" in mail.body and "?a=1&amp;b=&lt;2&gt;" in mail.html
