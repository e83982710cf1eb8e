"""A second factor: set on the account, asked at sign-in, used once, lost and given up."""

import contextvars
import threading
from contextlib import suppress
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
import time_machine

from ideas.actions.accounts import change_role
from ideas.actions.leaving import close_account
from ideas.actions.second_factor import WRONG, draw_secret, prove_twice, set_second_factor
from ideas.config import UNCONFIGURED, BadSetting, Config
from ideas.domain.accounts import Role
from ideas.domain.errors import BadSecondFactor, TooOften
from ideas.domain.limits import SECOND_FACTOR_TRIES, SECOND_FACTOR_TRIES_IN_DAY
from ideas.domain.second_factor import RECOVERY_COUNT, WAIT
from ideas.store.database import db
from ideas.store.models import Idea, OutboxMail, Person, RecoveryCode, SecondFactor
from tests.commands import Terminal
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now
from tests.pages import Visitor
from tests.test_security_log import events, told  # noqa: F401 - a fixture
from tests.test_sign_in_pages import ask, enter_code, is_signed_in

MARC = "marc@example.org"
SECOND = "/connexion/second-facteur"
SET_UP = "/compte/second-facteur"


@pytest.fixture(autouse=True)
def clock(app):
    """The time stands still, so that a code is good for as long as a test needs it; `clock.shift` moves it."""
    make_campaign()
    with time_machine.travel(now().replace(microsecond=0), tick=False) as clock:
        yield clock


@pytest.fixture
def marc(app):
    return make_moderator(email=MARC)


@pytest.fixture
def key(app):
    return app.config["SECRET_KEY"]


@pytest.fixture
def protected(marc, key, clock):
    """Marc's secret and his recovery codes; the code that set it up has served."""
    secret = draw_secret()
    codes = set_second_factor(marc.id, secret, code_of(secret), now=now(), key=key, origin=UNCONFIGURED)
    clock.shift(60)
    db.session.refresh(marc)
    return secret, codes


def code_of(secret, at=None):
    return pyotp.TOTP(secret).at(at or now())


def secret_of(page):
    (secret,) = [c["words"] for c in page.all("code")]
    return secret.replace(" ", "")


def prove_by_mail(visit, query=""):
    return enter_code(visit, ask(visit, MARC, query))


def test_it_is_set_with_a_code_and_gives_recovery_codes_once(marc, visit):
    visit.sign_in(marc)
    page = visit(SET_UP)
    secret = secret_of(page)
    assert f"secret={secret}" in page.html and "issuer=Donn%C3%A9es" in page.html and page.all("svg")
    page = visit.submit(page, SET_UP, status=400, code="000000" if code_of(secret) != "000000" else "000001")
    assert secret_of(page) == secret and db.session.query(SecondFactor).count() == 0
    page = visit.submit(page, SET_UP, code=code_of(secret))
    codes = [c["words"] for c in page.all("code")]
    assert len(set(codes)) == RECOVERY_COUNT and is_signed_in(visit)
    assert not [code for code in codes if code in visit(SET_UP).text]


def test_setting_it_ends_the_other_sessions(marc, app, visit):
    other = Visitor(app.test_client()).sign_in(marc)
    visit.sign_in(marc)
    page = visit(SET_UP)
    visit.submit(page, SET_UP, code=code_of(secret_of(page)))
    assert is_signed_in(visit) and not is_signed_in(other)


def test_nothing_at_rest_gives_a_code_away(marc, protected):
    secret, codes = protected
    kept = repr(db.session.execute(sa.select(SecondFactor.__table__)).all())
    kept += repr(db.session.execute(sa.select(RecoveryCode.__table__)).all())
    assert secret not in kept and not [code for code in codes if code.replace(" ", "") in kept]


def test_it_is_asked_after_the_mail_and_nobody_is_signed_in_meanwhile(protected, visit):
    page = prove_by_mail(visit, "?suite=/registre")
    assert page.response.request.path == SECOND and not is_signed_in(visit)
    assert visit.client.get("/moderation").status_code == 303
    page = visit.submit(page, SECOND, code=code_of(protected[0]))
    assert page.response.request.path == "/registre" and is_signed_in(visit)
    assert visit.client.get("/moderation").status_code == 200


def test_a_code_serves_once_and_so_does_each_before_it(marc, protected, key):
    code, before = code_of(protected[0]), code_of(protected[0], now() - timedelta(seconds=30))
    prove_twice(marc.id, code, now=now(), key=key)
    for used in (code, before):
        with pytest.raises(BadSecondFactor, match=WRONG[:20]):
            prove_twice(marc.id, used, now=now(), key=key)
    prove_twice(marc.id, code_of(protected[0], now() + timedelta(seconds=30)), now=now(), key=key)


def test_a_code_that_several_give_at_once_serves_one(app, marc, protected, key):
    person_id, code = marc.id, code_of(protected[0])
    at, together, served = now(), threading.Barrier(4), []
    db.session.rollback()

    def give():
        with app.app_context():
            together.wait()
            with suppress(BadSecondFactor):
                served.append(prove_twice(person_id, code, now=at, key=key))

    giving = [threading.Thread(target=contextvars.Context().run, args=(give,)) for _ in range(4)]
    for one in giving:
        one.start()
    for one in giving:
        one.join()
    assert served == [False]


def test_the_code_that_set_it_up_signs_nobody_in(marc, key):
    secret = draw_secret()
    set_second_factor(marc.id, secret, code_of(secret), now=now(), key=key, origin=UNCONFIGURED)
    with pytest.raises(BadSecondFactor):
        prove_twice(marc.id, code_of(secret), now=now(), key=key)


@pytest.mark.parametrize("drift, is_good", [(-90, False), (-30, True), (0, True), (30, True), (90, False)])
def test_a_telephone_may_be_half_a_minute_off(marc, protected, key, drift, is_good):
    code = code_of(protected[0], now() + timedelta(seconds=drift))
    if is_good:
        assert prove_twice(marc.id, code, now=now(), key=key) is False
    else:
        with pytest.raises(BadSecondFactor):
            prove_twice(marc.id, code, now=now(), key=key)


def test_a_recovery_code_serves_once(protected, visit, app):
    visit.submit(prove_by_mail(visit), SECOND, code=protected[1][3])
    assert is_signed_in(visit) and f"{RECOVERY_COUNT - 1} codes" in visit(SET_UP).text
    other = Visitor(app.test_client())
    other.submit(prove_by_mail(other), SECOND, status=400, code=protected[1][3])
    other.submit(other(SECOND), SECOND, code=protected[1][4].replace(" ", "-"))
    assert is_signed_in(other)


def test_a_recovery_code_is_its_owners_alone(protected, key):
    with pytest.raises(BadSecondFactor):
        prove_twice(make_moderator().id, protected[1][0], now=now(), key=key)


def test_tries_are_bounded_and_a_good_code_too_waits(marc, protected, key, clock):
    wrong = "000000" if code_of(protected[0]) != "000000" else "000001"
    for _ in range(SECOND_FACTOR_TRIES.most):
        with pytest.raises(BadSecondFactor):
            prove_twice(marc.id, wrong, now=now(), key=key)
    with pytest.raises(TooOften):
        prove_twice(marc.id, code_of(protected[0]), now=now(), key=key)
    clock.shift(SECOND_FACTOR_TRIES.every)
    prove_twice(marc.id, code_of(protected[0]), now=now(), key=key)


def test_a_day_of_tries_is_bounded(marc, protected, key, clock):
    for tried in range(SECOND_FACTOR_TRIES_IN_DAY.most):
        if tried % SECOND_FACTOR_TRIES.most == 0:
            clock.shift(SECOND_FACTOR_TRIES.every)
        with pytest.raises(BadSecondFactor):
            prove_twice(marc.id, "no code", now=now(), key=key)
    clock.shift(SECOND_FACTOR_TRIES.every)
    with pytest.raises(TooOften, match="aujourd’hui"):
        prove_twice(marc.id, code_of(protected[0]), now=now(), key=key)


def test_a_first_proof_grows_old(protected, visit, clock):
    page = prove_by_mail(visit)
    clock.shift(WAIT)
    page = visit.submit(page, SECOND, code=code_of(protected[0]))
    assert "Dix minutes ont passé" in page.text and not is_signed_in(visit)


def test_a_first_proof_ends_with_the_sessions(protected, visit):
    page = prove_by_mail(visit)
    change_role(MARC, Role.REVIEWER, now=now())
    visit.submit(page, SECOND, code=code_of(protected[0]))
    assert not is_signed_in(visit)


def test_a_support_is_counted_by_the_mail_and_told_before_the_code(protected, visit):
    idea = make_idea()
    page = prove_by_mail(visit, f"?soutenir={idea.id}")
    assert "Votre soutien est compté" in page.text
    page = visit.submit(page, SECOND, code=code_of(protected[0]))
    assert page.response.request.path.startswith(f"/idees/{idea.id}")
    assert db.session.scalar(sa.select(Idea.vote_count).where(Idea.id == idea.id)) == 1


def test_new_recovery_codes_and_removal_ask_for_a_code(protected, visit):
    visit.submit(prove_by_mail(visit), SECOND, code=protected[1][0])
    page = visit.submit(visit(f"{SET_UP}/codes"), f"{SET_UP}/codes", status=400, code="123")
    page = visit.submit(page, f"{SET_UP}/codes", code=protected[1][1])
    new = [c["words"] for c in page.all("code")]
    page = visit(f"{SET_UP}/retrait")
    page = visit.submit(page, f"{SET_UP}/retrait", status=400, code=protected[1][2])
    visit.submit(page, f"{SET_UP}/retrait", code=new[0])
    assert db.session.query(SecondFactor).count() + db.session.query(RecoveryCode).count() == 0
    assert is_signed_in(visit) and secret_of(visit(SET_UP)) != protected[0]


def test_its_owner_is_told_by_mail_of_each_change(marc, visit, clock):
    visit.sign_in(marc)
    page = visit(SET_UP)
    secret = secret_of(page)
    visit.submit(page, SET_UP, code=code_of(secret))
    clock.shift(60)
    visit.submit(visit(f"{SET_UP}/retrait"), f"{SET_UP}/retrait", code=code_of(secret))
    mails = db.session.query(OutboxMail).order_by(OutboxMail.id).all()
    sent = [(mail.to, mail.subject.partition(" : ")[2]) for mail in mails]
    assert sent == [(MARC, "la connexion à votre compte a changé")] * 2
    assert "est demandé à chaque connexion" in mails[0].body and "n’y est plus demandé" in mails[1].body
    assert not [mail for mail in mails if secret in mail.body]


def test_only_who_works_here_is_offered_one(app, visit):
    visit.sign_in(make_person())
    visit(SET_UP, status=404)
    assert SET_UP not in visit("/compte").links()
    assert SET_UP in visit.sign_in(make_moderator())("/compte").links()


@pytest.fixture
def required(app, monkeypatch):
    monkeypatch.setitem(app.config, "TWICE_PROVEN_ROLES", Config(second_factor="staff").twice_proven_roles())


def test_a_role_that_must_prove_itself_twice_does_nothing_before(required, marc, visit):
    hidden = make_idea(publication="hidden")
    visit.sign_in(marc)
    page = visit("/idees")
    assert "/moderation" not in page.links()
    visit(f"/idees/{hidden.id}", status=404)
    assert visit.client.get("/moderation").location == SET_UP
    page = visit(SET_UP)
    assert "Votre rôle le demande" in page.text
    visit.submit(page, SET_UP, code=code_of(secret_of(page)))
    assert "/moderation" in visit("/idees").links()


def test_what_was_being_typed_is_given_back(required, marc, visit):
    idea = make_idea(publication="awaiting_review", published_at=None)
    with visit.client.session_transaction() as session:
        session["is_proven_twice"] = True
    page = visit.sign_in(marc)(f"/moderation/{idea.id}")
    with visit.client.session_transaction() as session:
        session["is_proven_twice"] = False
    page = visit.submit(page, f"/moderation/{idea.id}", status=403, verdict="refuse", reason="other", note="Ma note")
    assert "second facteur" in page.text and "Ma note" in page.text


def test_contributors_are_asked_for_nothing(required, visit):
    visit.sign_in(make_person())
    assert "Second facteur" not in visit("/compte").text


@pytest.mark.parametrize(
    "text, roles",
    [
        ("", set()),
        ("owner, administrator", {Role.OWNER, Role.ADMINISTRATOR}),
        ("staff", set(Role) - {Role.CONTRIBUTOR}),
    ],
)
def test_the_setting_names_roles(text, roles):
    assert Config(second_factor=text).twice_proven_roles() == roles


@pytest.mark.parametrize("text", ["contributor", "boss", "owner administrator"])
def test_a_role_that_is_none_stops_the_start(text):
    with pytest.raises(BadSetting, match="IDEAS_SECOND_FACTOR"):
        Config(second_factor=text).twice_proven_roles()


def test_an_administrator_resets_it_from_the_machine(app, protected, visit, told):  # noqa: F811
    visit.submit(prove_by_mail(visit), SECOND, code=protected[1][0])
    terminal = Terminal(app.config["IDEAS"])
    told()
    done = terminal.type("reset-factor", MARC)
    assert done.stdout == f"{MARC} has no second factor any more.\n" and events(told) == ["second_factor_reset"]
    assert not is_signed_in(visit)
    prove_by_mail(visit)
    assert is_signed_in(visit)
    assert "second factor" in terminal.refusal("reset-factor", MARC)


def test_it_is_erased_with_the_account(marc, protected):
    change_role(MARC, Role.CONTRIBUTOR, now=now())
    close_account(marc.id, now=now())
    assert [db.session.query(table).count() for table in (SecondFactor, RecoveryCode, Person)] == [0, 0, 0]


def test_what_happens_to_it_is_told_to_security(protected, visit, told):  # noqa: F811
    page = prove_by_mail(visit)
    assert events(told) == []
    visit.submit(page, SECOND, status=400, code="1")
    (event,) = told()
    assert event["event"] == "wrong_second_factor" and event["person"] == str(
        db.session.query(SecondFactor).one().person_id
    )
    visit.submit(page, SECOND, code=protected[1][0])
    assert events(told) == ["recovery_code_used", "signed_in"]
    visit.submit(visit(f"{SET_UP}/codes"), f"{SET_UP}/codes", code=protected[1][1])
    assert events(told) == ["recovery_code_used", "recovery_codes_renewed"]


def test_a_key_that_was_changed_is_told(marc, protected, app):
    with pytest.raises(BadSecondFactor, match="ne peut plus être lu"):
        prove_twice(marc.id, code_of(protected[0]), now=now(), key="another key " * 4)
