"""What no one may forget: every door declares who may use it, and what is hidden stays hidden behind all of them."""

import pytest

from ideas.actions.editions import publish_edition
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.domain.accounts import Role
from ideas.domain.publication import Verdict
from ideas.store.database import Base, db
from ideas.store.models import Cluster
from tests.factories import make_answer, make_campaign, make_idea, make_moderator, make_person, now

TOKEN = "zythumjeton"  # noqa: S105 - a word that nobody says
SAFE = {"GET", "HEAD", "OPTIONS"}
READS_BY_POST = {"api_similar.search"}  # long texts; it changes nothing and knows no cookie


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint in app.view_functions]


def guard(app, endpoint):
    return getattr(app.view_functions[endpoint], "guard", None)


def fill(rule, **values):
    """The address of a rule for one idea, one cluster, one edition."""
    usual = {"slug": "s", "number": 1, "name": "ideas.csv", "token": "t", "version": "v", "filename": "css/site.css"}
    known = dict.fromkeys(rule.arguments, 1) | usual | values
    path = rule.rule
    for argument in rule.arguments:
        for spelling in (f"<number:{argument}>", f"<path:{argument}>", f"<{argument}>"):
            path = path.replace(spelling, str(known[argument]))
    return path


def test_every_view_declares_who_may_use_it(app):
    assert [e for e in app.view_functions if guard(app, e) is None] == []


@pytest.mark.parametrize("role", [None, *Role])
def test_every_door_opens_to_those_it_declares_and_to_no_other(app, visit, role):
    make_campaign(slug="s")
    idea = make_idea()
    if role:
        visit.sign_in(make_person(role=role.value))
    staff = {Role.MODERATOR, Role.REVIEWER, Role.OWNER, Role.ADMINISTRATOR}
    allowed = {"public": True, "signed in": role is not None, "moderate": role in staff, "triage": role in staff}
    allowed["answer"] = role in staff | {Role.PRODUCER}
    allowed["own"] = role in {Role.OWNER, Role.ADMINISTRATOR}
    for rule in rules(app):
        if "GET" not in rule.methods:
            continue
        with visit.client.get(fill(rule, idea_id=idea.id, cluster_id=1)) as answer:
            status = answer.status_code
        is_open = allowed[guard(app, rule.endpoint)]
        shut = status == (303 if role is None else 403)
        assert is_open or shut, f"{rule.rule} answered {status} to {role}"
        assert not (is_open and status == 403), f"{rule.rule} refused {role}"


ANYTHING = {
    "verdict": "publish",
    "expected": "awaiting_review",
    "act": "pin",
    "name": "Nom",
    "email": "paul@example.org",
    "code": "123456",
    "reason": "Une raison",
    "consent": "y",
    "fineness": "usual",
    "target": "1",
    "parts": "2",
}


def test_every_change_needs_a_token_of_the_page(app, visit):
    make_campaign(slug="s")
    idea = make_idea(publication="awaiting_review", published_at=None)
    visit.sign_in(make_person(role=Role.ADMINISTRATOR.value))
    for rule in rules(app):
        if rule.methods - SAFE and rule.endpoint not in READS_BY_POST:
            before = dump()
            address = fill(rule, idea_id=idea.id, cluster_id=1)
            answer = visit.client.post(address, data=ANYTHING | {"idea_id": idea.id, "dans": idea.id})
            # Shown again, or there is nothing to show it for: an unknown cluster, a reader already signed in.
            assert answer.status_code in (400, 303, 404), rule.rule
            assert dump() == before, f"{rule.rule} changed something"


def dump():
    """All that the database holds."""
    db.session.rollback()
    return {name: sorted(map(repr, db.session.execute(table.select()))) for name, table in Base.metadata.tables.items()}


PRESSED_BY_MAIL_PROGRAMS = "ideas.web.news.stop"  # the secret of its address stands for the token (RFC 8058)


def test_no_other_view_is_free_of_the_token(app):
    free = {PRESSED_BY_MAIL_PROGRAMS} | {
        f"{app.view_functions[name].__module__}.{app.view_functions[name].__name__}" for name in READS_BY_POST
    }
    assert app.extensions["csrf"]._exempt_views == free and not app.extensions["csrf"]._exempt_blueprints


def test_a_hidden_idea_is_hidden_behind_every_public_door(app, visit, var):
    campaign = make_campaign(slug="s")
    for number in range(3):
        make_idea(campaign=campaign, title=f"Horaires des bus de nuit {number}")
    idea = make_idea(
        campaign=campaign,
        title=f"Horaires des bus de nuit {TOKEN}",
        data_wanted=f"{TOKEN} horaires bus nuit",
        planned_use=TOKEN,
        organisation=TOKEN,
        show_organisation=True,
        answer=make_answer(text=TOKEN),
        holder_text=TOKEN,
    )
    regroup(campaign.id, now=now())
    addresses = public_addresses(app, idea)
    assert any(TOKEN in read(visit, address) for address in addresses)
    decide_idea(idea.id, Verdict.HIDE, actor=make_moderator(), now=now(), reason="other")
    publish_edition(campaign.id, now=now(), var=str(var / "var"))
    for address in addresses:
        assert TOKEN not in read(visit, address), address


def read(visit, address):
    with visit.client.get(address) as answer:
        assert answer.status_code < 500, address
        return answer.get_data(as_text=True)


def public_addresses(app, idea):
    """Every public GET of the site, for this idea, each cluster, each file, and the searches that would find it."""
    clusters = [cluster.id for cluster in db.session.query(Cluster)]
    found = []
    for rule in rules(app):
        if guard(app, rule.endpoint) != "public" or "GET" not in rule.methods:
            continue
        if "cluster_id" in rule.arguments:
            found += [fill(rule, idea_id=idea.id, cluster_id=number) for number in clusters]
        elif "name" in rule.arguments:
            files = ("ideas.csv", "ideas.jsonl", "clusters.csv", "clusters.jsonl", "decisions.csv", "figures.csv")
            found += [fill(rule, name=name) for name in files]
        else:
            found.append(fill(rule, idea_id=idea.id))
    found += ["/idees?q=bus", "/idees?tri=recentes", "/idees/similaires?texte=horaires+bus+nuit"]
    found += ["/api/v1/similar?text=horaires+bus+nuit"]
    found += [f"/registre?idee={idea.id}", f"/connexion?soutenir={idea.id}", "/idees?lang=en"]
    return found


def test_headers_protect_every_answer(app, client):
    make_campaign()
    for address in (
        "/",
        "/idees/987654",
        "/static/x/css/site.css",
        "/robots.txt",
        "/connexion",
        "/api/v1/similar?text=a",
    ):
        with client.get(address) as answer:
            headers = answer.headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'"), address
        assert "unsafe" not in headers["Content-Security-Policy"] and "http" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] and headers["Permissions-Policy"] and len(headers["X-Request-ID"]) == 16


def test_links_never_follow_the_host_that_was_asked(app, client):
    make_campaign()
    body = client.get("/connexion", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in body.get_data(as_text=True)
