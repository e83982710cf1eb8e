"""The macros, rendered alone: what a reader's software is told, and the house rules of the folder."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace as a

import pytest
from flask import Flask
from flask_babel import Babel
from jinja2 import StrictUndefined
from wtforms import BooleanField, Form, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from ideas.http.typography import typeset

TEMPLATES = Path(__file__).parent.parent / "templates"
# A mail has no sheet of styles to lean on: those are of pages.
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if path.parent.name != "mail")
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
CLOSES = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)


class IdeaForm(Form):
    title = StringField("Titre", [InputRequired("Donnez un titre."), Length(max=100)])
    holder = StringField("Producteur", [Optional()])
    profile = RadioField("Profil", [InputRequired("Choisissez un profil.")], choices=[SelectChoice("a", "Association")])
    kinds = SelectMultipleField("Usage", choices=[SelectChoice("x", "Recherche"), SelectChoice("y", "Autre")])
    consent = BooleanField("J’accepte", [InputRequired("Acceptez pour continuer.")])


@pytest.fixture(scope="module")
def show():
    app = Flask(__name__, template_folder=TEMPLATES)
    app.config.update(BABEL_DEFAULT_LOCALE="fr", BABEL_DEFAULT_TIMEZONE="Europe/Paris")
    Babel(app)
    app.add_template_filter(typeset)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True  # as the site reads them

    def show(component, *given, **named):
        with app.test_request_context():
            module = app.jinja_env.get_template(f"components/{component}.html").module
            return str(getattr(module, component)(*given, **named))

    return show


@pytest.fixture
def wrong_form():
    form = IdeaForm()
    form.validate()
    return form


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_file_holds_one_macro_of_its_name(path):
    assert re.findall(r"macro (\w+)\(", path.read_text()) == [path.stem]


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_macro_knows_only_what_it_is_given(path):
    assert not re.findall(r"\b(request|session|current_user|url_for|g)\b[.(]", path.read_text())


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_macro_is_in_the_readme(path):
    assert f"`{path.stem}(" in (TEMPLATES / "components/README.md").read_text()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_style_or_script_is_inline(path):
    assert not re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", path.read_text())


def test_a_wrong_field_is_tied_to_its_hint_error_and_counter(show, wrong_form):
    html = show("field", wrong_form.title, hint="Une phrase", counter=True)
    assert 'aria-describedby="title-hint title-error title-counter"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_that_counts_never_cuts_a_pasted_text(show):
    html = show("field", IdeaForm().title, counter=True)
    assert 'data-max="100"' in html and "maxlength" not in html


def test_only_an_optional_field_says_so(show):
    assert "(facultatif)" in show("field", IdeaForm().holder)
    assert "(facultatif)" not in show("field", IdeaForm().title)


@pytest.mark.parametrize("name, kind", [("profile", "radio"), ("kinds", "checkbox")])
def test_a_choice_is_a_fieldset_whose_first_option_bears_the_id(show, name, kind):
    html = show("field", IdeaForm()[name])
    assert html.startswith("<fieldset") and f'<input type="{kind}" id="{name}" name="{name}"' in html


def test_the_error_summary_leads_to_each_field(show, wrong_form):
    links = re.findall(r'href="#(\w+)"', show("error_summary", wrong_form))
    assert links == ["title", "profile", "consent"]
    assert all(f'id="{name}"' in show("field", wrong_form[name]) for name in links)


def test_a_form_without_error_has_no_summary(show):
    assert show("error_summary", IdeaForm()) == ""


def test_what_a_person_typed_is_escaped(show):
    assert "<script>" not in show("idea_card", 1, "<script>", "/1", "<script>", 0, cluster=("<script>", "/2"))


def test_a_visitor_is_led_to_sign_in_and_a_member_votes_by_post(show):
    visitor = show("vote_button", 7, 2, {"sign_in_url": "/connexion"})
    member = show("vote_button", 7, 2, {"action": "/idees/7/vote", "csrf_token": "t", "pressed": True})
    assert "<form" not in visitor and 'href="/connexion"' in visitor
    assert 'method="post" action="/idees/7/vote"' in member and 'aria-pressed="true"' in member


def test_a_closed_vote_shows_the_number_alone(show):
    html = show("vote_button", 7, 1214)
    assert "1\u202f214" in html and "<a" not in html and "<button" not in html


def test_the_votes_of_a_list_share_one_form(show):
    button = show("vote_button", 7, 2, {"action": "/idees/7/vote", "pressed": False, "form": "votes"})
    assert 'form="votes" formaction="/idees/7/vote"' in button and "csrf" not in button
    assert '<form id="votes" method="post">' in show("vote_form", "t")


def test_pages_near_the_current_one_are_listed(show):
    html = show("pagination", 5, 20, lambda page: f"?page={page}")
    assert re.findall(r"page=(\d+)", html) == ["4", "1", "4", "5", "6", "20", "6"]


def test_a_single_page_has_no_pagination(show):
    assert show("pagination", 1, 1, str) == ""


@pytest.mark.parametrize(
    "before_closing, words",
    [
        (timedelta(days=6, hours=3), "Encore <b>6 jours</b> pour participer"),
        (timedelta(hours=30), "Encore <b>30 heures</b>"),
        (timedelta(minutes=20), "Encore <b>20 minutes</b>"),
        (timedelta(0), "Appel clos depuis le"),
        (timedelta(days=90), "Ouverture le"),
    ],
)
def test_the_clock_says_how_much_time_is_left(show, before_closing, words):
    assert words in show("time_left", CLOSES - timedelta(days=30), CLOSES, CLOSES - before_closing)


def test_midnight_belongs_to_the_day_that_ends(show):
    html = show("time_left", CLOSES - timedelta(days=30), CLOSES, CLOSES - timedelta(days=3))
    assert "30 novembre 2026</time> à minuit" in html


def test_an_hour_is_never_cut_at_the_end_of_a_line(show):
    assert "24 novembre 2026 à 10\u00a0h\u00a000" in show(
        "moment", datetime(2026, 11, 24, 9, tzinfo=UTC), with_time=True
    )


def test_the_first_of_a_month_is_written_as_in_french(show):
    assert "1er décembre 2026" in show("moment", datetime(2026, 12, 1, 9, tzinfo=UTC))


def test_a_table_scrolls_in_a_frame_that_the_keyboard_reaches(show):
    html = show("data_table", "Par thème", ["Thème", "Idées"], [["Santé", 37]], numeric=(1,))
    assert '<div class="scroll" role="region" tabindex="0" aria-label="Par thème">' in html
    assert '<th scope="row">Santé</th><td class="n">37</td>' in html


@pytest.mark.parametrize("size, words", [(1, "1 octet"), (5321, "5 ko"), (1_234_567, "1,2 Mo")])
def test_the_size_of_a_file_is_said_in_french(show, size, words):
    item = a(name="ideas.csv", url="/x", size=size, sha256="0", format="CSV", note="")
    assert words in show("file_list", [item])


def test_a_card_is_light_enough_for_twenty_in_a_page(show):
    vote = {"action": "/idees/1234/vote", "form": "votes", "pressed": False}
    card = show(
        "idea_card", 1234, "t" * 80, "/idees/1234", "e" * 180, 97, vote=vote, state=("Réponse en retard", "warn"),
        profile="Collectivité", holder="Cerema", cluster=("vélo, comptage", "/sujets/87"),
    )  # fmt: skip
    assert len(card.encode()) <= 850
