"""A security key stands for the code of an application: added against a code, asked at sign-in, good here and once."""

from dataclasses import replace

import pytest

from ideas.actions.leaving import close_account
from ideas.actions.security_keys import ask_key, draw_challenge, prove_by_key
from ideas.domain.accounts import Role
from ideas.domain.errors import BadSecondFactor, TooOften
from ideas.domain.limits import SECOND_FACTOR_TRIES
from ideas.domain.second_factor import WAIT
from ideas.domain.security_keys import MOST_KEYS, KeySite
from ideas.store.database import db
from ideas.store.models import OutboxMail, SecondFactor, SecurityKey
from tests.factories import make_moderator, now
from tests.pages import Visitor
from tests.security_keys import ProgramKey
from tests.test_second_factor import (  # noqa: F401 - fixtures
    MARC,
    SECOND,
    SET_UP,
    clock,
    key,
    marc,
    protected,
    prove_by_mail,
)
from tests.test_security_log import events, told  # noqa: F401 - a fixture
from tests.test_sign_in_pages import is_signed_in

ORIGIN = "https://idees.example.org"
SITE = KeySite(ORIGIN, "idees.example.org", "Données rêvées")
ADD, PROVE = f"{SET_UP}/cle", f"{SECOND}/cle"


@pytest.fixture(autouse=True)
def named(app, monkeypatch):
    """A site with a name, which keys answer to."""
    monkeypatch.setitem(app.config, "IDEAS", replace(app.config["IDEAS"], origin=ORIGIN))


@pytest.fixture
def signed_in(protected, visit):  # noqa: F811
    visit.submit(prove_by_mail(visit), SECOND, code=protected[1][0])
    return visit


def asked_on(page):
    (asked,) = [form["data-asked"] for form in page.all("form") if "data-asked" in form]
    return asked


def add(visit, proof, one=None, **given):
    one, page = one or ProgramKey(), visit(ADD)
    typed = {"name": "Clé du bureau", "code": proof, "credential": one.create(asked_on(page))}
    return one, visit.submit(page, ADD, **typed | given)


@pytest.fixture
def added(signed_in, protected):  # noqa: F811
    """A key of Marc's, and what it is known by."""
    return add(signed_in, protected[1][1])[0]


def test_it_is_added_against_a_code_named_told_and_taken_away(signed_in, protected, told):  # noqa: F811
    assert "Clé du bureau" not in signed_in(SET_UP).text
    told()
    _, page = add(signed_in, protected[1][1])
    assert "La clé est ajoutée" in page.text and "Clé du bureau" in page.text
    (kept,) = db.session.query(SecurityKey)
    assert (kept.name, kept.sign_count, kept.used_at) == ("Clé du bureau", 0, None)
    page = signed_in.submit(page, f"{ADD}/{kept.id}/retrait")
    assert "La clé est retirée" in page.text and db.session.query(SecurityKey).count() == 0
    assert events(told) == ["recovery_code_used", "security_key_added", "security_key_removed"]
    bodies = [mail.body for mail in db.session.query(OutboxMail).filter_by(to=MARC).order_by(OutboxMail.id)]
    assert "remplacer le code" in bodies[-2] and "ne permet plus" in bodies[-1]


@pytest.mark.parametrize(
    "given, words",
    [
        ({"code": "000000"}, "Ce code n’est pas le bon"),
        ({"credential": ""}, "pas pu être vérifiée"),
        ({"credential": "[]"}, "pas pu être vérifiée"),
        ({"credential": '{"id": 1, "rawId": null, "response": {}}'}, "pas pu être vérifiée"),
    ],
)
def test_without_a_code_or_an_answer_none_is_added(signed_in, protected, given, words):  # noqa: F811
    _, page = add(signed_in, protected[1][1], status=400, **given)
    assert words in page.text and db.session.query(SecurityKey).count() == 0


def test_a_key_without_a_name_is_refused(signed_in, protected):  # noqa: F811
    _, page = add(signed_in, protected[1][1], name=" ", status=400)
    assert "Nommez cette clé" in page.text and db.session.query(SecurityKey).count() == 0


def test_a_key_that_answers_another_question_or_another_site_is_not_added(signed_in, protected):  # noqa: F811
    one = ProgramKey(origin="https://idees.example.org.evil.example")
    add(signed_in, protected[1][1], one, status=400)
    before = asked_on(signed_in(ADD))
    add(signed_in, protected[1][2], status=400, credential=ProgramKey().create(before))
    assert db.session.query(SecurityKey).count() == 0


def test_the_same_key_is_added_once_and_not_more_than_a_few(signed_in, added, protected):  # noqa: F811
    _, page = add(signed_in, protected[1][2], added, status=409)
    assert "déjà ajoutée" in page.text
    person_id = db.session.query(SecurityKey).one().person_id
    for number in range(MOST_KEYS - 1):
        values = {"credential_id": f"other {number}", "public_key": "", "sign_count": 0, "added_at": now()}
        db.session.add(SecurityKey(person_id=person_id, name="Autre", **values))
    db.session.commit()
    add(signed_in, protected[1][3], status=409)
    assert db.session.query(SecurityKey).count() == MOST_KEYS and ADD not in signed_in(SET_UP).links()


def test_it_stands_for_the_code_at_sign_in(added, app):
    other = Visitor(app.test_client())
    page = prove_by_mail(other, "?suite=/registre")
    assert not is_signed_in(other)
    page = other.submit(page, PROVE, credential=added.get(asked_on(page)))
    assert page.response.request.path == "/registre" and is_signed_in(other)
    assert other.client.get("/moderation").status_code == 200
    kept = db.session.query(SecurityKey).one()
    assert kept.sign_count == 1 and kept.used_at is not None


def test_whoever_has_none_is_asked_for_none(protected, visit):  # noqa: F811
    page = prove_by_mail(visit)
    assert not [form for form in page.all("form") if "data-asked" in form]


def test_an_answer_serves_once(added, marc, key):  # noqa: F811
    challenge = draw_challenge()
    answer = added.get(ask_key(marc.id, challenge, SITE), counts=False)  # as of a key that counts nothing
    prove_by_key(marc.id, answer, challenge, SITE, now=now(), key=key)
    with pytest.raises(TooOften, match="a déjà répondu"):
        prove_by_key(marc.id, answer, challenge, SITE, now=now(), key=key)


def test_a_copy_that_counts_less_is_refused(added, marc, key):  # noqa: F811
    for _ in range(2):
        challenge = draw_challenge()
        prove_by_key(marc.id, added.get(ask_key(marc.id, challenge, SITE)), challenge, SITE, now=now(), key=key)
    added.count = 0
    challenge = draw_challenge()
    with pytest.raises(BadSecondFactor):
        prove_by_key(marc.id, added.get(ask_key(marc.id, challenge, SITE)), challenge, SITE, now=now(), key=key)


def test_another_question_another_site_another_person_another_key(added, marc, key):  # noqa: F811
    challenge = draw_challenge()
    asked = ask_key(marc.id, challenge, SITE)
    stranger, elsewhere = make_moderator(), ProgramKey(host="evil.example")
    elsewhere.id, elsewhere._private = added.id, added._private
    forged = ProgramKey()
    forged.id = added.id
    for person_id, answer, expected in (
        (marc.id, added.get(asked), draw_challenge()),
        (stranger.id, added.get(asked), challenge),
        (marc.id, elsewhere.get(asked), challenge),
        (marc.id, forged.get(asked), challenge),
        (marc.id, ProgramKey().get(asked), challenge),
        (marc.id, "{", challenge),
    ):
        with pytest.raises(BadSecondFactor):
            prove_by_key(person_id, answer, expected, SITE, now=now(), key=key)
    prove_by_key(marc.id, added.get(asked), challenge, SITE, now=now(), key=key)  # none of them used it up


def test_a_wrong_answer_is_said_and_another_may_follow(added, app, told):  # noqa: F811
    other = Visitor(app.test_client())
    page = prove_by_mail(other)
    told()
    page = other.submit(page, PROVE, status=400, credential=ProgramKey().get(asked_on(page)))
    assert "pas pu être vérifiée" in page.text and not is_signed_in(other)
    assert events(told) == ["wrong_second_factor"]
    other.submit(page, PROVE, credential=added.get(asked_on(page)))
    assert is_signed_in(other)


def test_tries_are_bounded_with_those_of_codes(added, marc, key):  # noqa: F811
    for _ in range(SECOND_FACTOR_TRIES.most):
        with pytest.raises(BadSecondFactor):
            prove_by_key(marc.id, "{}", draw_challenge(), SITE, now=now(), key=key)
    challenge = draw_challenge()
    with pytest.raises(TooOften, match="Trop de codes"):
        prove_by_key(marc.id, added.get(ask_key(marc.id, challenge, SITE)), challenge, SITE, now=now(), key=key)


def test_a_first_proof_that_grew_old_is_worth_none(added, app, clock):  # noqa: F811
    other = Visitor(app.test_client())
    page = prove_by_mail(other)
    clock.shift(WAIT)
    other.submit(page, PROVE, credential=added.get(asked_on(page)))
    assert not is_signed_in(other)


def test_nobody_takes_away_the_key_of_another(added, app):
    other = Visitor(app.test_client()).sign_in(make_moderator())
    page = other("/compte")
    token = next(one["value"] for one in page.all("input") if one.get("name") == "csrf_token")
    number = db.session.query(SecurityKey).one().id
    assert other.client.post(f"{ADD}/{number}/retrait", data={"csrf_token": token}).status_code == 404
    assert db.session.query(SecurityKey).count() == 1


def test_it_goes_with_the_second_factor_and_with_the_account(signed_in, added, marc, protected):  # noqa: F811
    signed_in.submit(signed_in(f"{SET_UP}/retrait"), f"{SET_UP}/retrait", code=protected[1][2])
    assert db.session.query(SecondFactor).count() + db.session.query(SecurityKey).count() == 0
    values = {"credential_id": "x", "public_key": "", "sign_count": 0, "added_at": now(), "name": "Autre"}
    db.session.add(SecurityKey(person_id=marc.id, **values))
    marc.role = Role.CONTRIBUTOR
    db.session.commit()
    close_account(marc.id, now=now())
    assert db.session.query(SecurityKey).count() == 0
