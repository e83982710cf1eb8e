"""Where one is signed in: listed by browser and day, ended one by one or all at once."""

from datetime import timedelta

import pytest
import time_machine

from ideas.domain.browsers import FAMILIES, SYSTEMS, name_browser
from ideas.operations.purge import purge
from ideas.store.database import db
from ideas.store.models import Session
from tests.factories import make_campaign, make_moderator, make_person, now
from tests.pages import Visitor
from tests.test_sign_in_pages import ask, enter_code, is_signed_in, link_of_mail

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) CriOS/156 Safari"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0"


@pytest.fixture(autouse=True)
def campaign(app):
    return make_campaign()


@pytest.fixture
def elsewhere(app):
    return Visitor(app.test_client())


def sign_in_with(visit, user_agent):
    visit.client.environ_base["HTTP_USER_AGENT"] = user_agent
    enter_code(visit, ask(visit))
    return visit


def end_of(page):
    (action,) = [form["action"] for form in page.all("form") if form.get("action", "").endswith("/fin")][:-1]
    return action


def test_the_account_lists_each_browser_and_its_day_and_nothing_finer(visit, elsewhere):
    with time_machine.travel(now() - timedelta(days=3), tick=True):
        sign_in_with(elsewhere, PHONE)
    page = sign_in_with(visit, FIREFOX)("/compte")
    assert page.text.index("Firefox, Windows ici Depuis le") < page.text.index("Chrome, iPhone Depuis le")
    kept = [(one.browser, one.provider, one.id_token) for one in db.session.query(Session).order_by(Session.id)]
    assert kept == [("Chrome, iPhone", "", ""), ("Firefox, Windows", "", "")]


def test_one_session_is_ended_and_the_other_goes_on(visit, elsewhere):
    sign_in_with(elsewhere, PHONE)
    page = sign_in_with(visit, FIREFOX)("/compte")
    page = visit.submit(page, end_of(page))
    assert "La session a pris fin" in page.text and "Chrome, iPhone" not in page.text
    assert is_signed_in(visit) and not is_signed_in(elsewhere)
    page = visit.submit(visit("/compte"), "/deconnexion")
    assert not is_signed_in(visit)


def test_an_ended_session_reads_the_pages_of_a_campaign_as_anybody(visit):
    sign_in_with(visit, FIREFOX)
    assert "/deconnexion" in visit("/idees").html
    db.session.query(Session).delete()
    db.session.commit()
    assert "/deconnexion" not in visit("/idees").html and not is_signed_in(visit)


def test_signing_out_leaves_the_other_devices_and_everywhere_does_not(visit, elsewhere):
    sign_in_with(elsewhere, PHONE)
    visit.submit(sign_in_with(visit, FIREFOX)("/compte"), "/deconnexion")
    assert is_signed_in(elsewhere) and not is_signed_in(visit)
    sign_in_with(visit, EDGE)
    page = visit.submit(visit("/compte"), "/compte/sessions/fin")
    assert "déconnecté partout" in page.text
    assert not is_signed_in(elsewhere) and not is_signed_in(visit) and db.session.query(Session).count() == 0


def test_nobody_ends_the_session_of_another(visit, elsewhere):
    elsewhere.sign_in(make_person())
    (other,) = db.session.query(Session)
    page = sign_in_with(visit, FIREFOX)("/compte")
    token = {"csrf_token": page.fields(page.find_form("/deconnexion"))["csrf_token"]}
    assert visit.client.post(f"/compte/sessions/{other.id}/fin", data=token).status_code == 404
    assert is_signed_in(elsewhere)


def test_a_new_sign_in_ends_the_session_that_this_browser_had(visit, elsewhere):
    sign_in_with(visit, FIREFOX)
    copy = visit.client.get_cookie("session").value
    ask(elsewhere)
    link = link_of_mail()
    visit.submit(visit(link), link)
    assert is_signed_in(visit)
    visit.client.set_cookie("session", copy)
    assert not is_signed_in(visit)


def test_only_sessions_that_can_still_be_used_are_listed(visit):
    moderator = make_moderator()
    with time_machine.travel(now() - timedelta(hours=13), tick=True):
        visit.sign_in(moderator)
    visit.sign_in(moderator)
    assert visit("/compte").text.count("Depuis le") == 1


def test_old_sessions_are_erased(app, visit):
    with time_machine.travel(now() - timedelta(days=31), tick=True):
        visit.sign_in(make_person())
    visit.sign_in(make_person())
    assert purge(now=now())["sessions"] == 1 and db.session.query(Session).count() == 1


@pytest.mark.parametrize(
    "user_agent, name",
    [(FIREFOX, "Firefox, Windows"), (PHONE, "Chrome, iPhone"), (EDGE, "Edge, Windows"), ("<script>", ""), ("", "")],
)
def test_a_browser_has_a_name_of_a_closed_list(user_agent, name):
    assert name_browser(user_agent) == name


def test_every_name_fits_its_column():
    longest = [max(len(name) for _mark, name in names) for names in (FAMILIES, SYSTEMS)]
    assert sum(longest) + 2 <= Session.__table__.c.browser.type.length
