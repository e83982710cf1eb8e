"""French spaces, where words are shown and nowhere else."""

import pytest
from markupsafe import Markup, escape

from ideas.domain.typography import FIXED, NARROW, typeset
from ideas.http import typography
from tests.factories import make_idea


def seen(text):
    return text.replace(NARROW, "_").replace(FIXED, "~")


@pytest.mark.parametrize(
    "typed, shown",
    [
        ("Où ? Ici : là ; voilà !", "Où_? Ici_: là_; voilà_!"),
        ("« les trains »", "«_les trains_»"),
        ("20 000 km, 1 234 567 habitants", "20_000~km, 1_234_567~habitants"),
        ("5 % en 12 heures, 3 kg", "5~% en 12~heures, 3~kg"),
        ("l’idée n° 12", "l’idée n°~12"),
        ("Quoi ?!", "Quoi_?!"),
        ("%(num)s jours : %(day)s", "%(num)s~jours_: %(day)s"),
    ],
)
def test_a_line_never_begins_by_a_sign_nor_ends_by_a_number(typed, shown):
    assert seen(typeset(typed)) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "https://exemple.fr/?a=1;b=2#c!d",
        "mailto:nom@exemple.fr",
        "Quoi?",
        "en 2020 100 idées",
        "01 23 45 67 89",
        "5 minuscules",
        "`a ? b : c`",
        "un ?b",
        "rien à dire",
        "",
    ],
)
def test_what_was_typed_without_a_space_stays_as_it_is(typed):
    assert typeset(typed) == typed


def test_typesetting_twice_changes_nothing_more():
    once = typeset("« Où ? » : 2 000 km")
    assert typeset(once) == once


def test_what_is_typed_stays_to_be_escaped_and_what_is_marked_up_stays_so():
    typed = typography.typeset("<b> : 2 000 km", "fr")
    assert not isinstance(typed, Markup) and "&lt;b&gt;" in escape(typed)
    marked = typography.typeset(Markup('<a title="à : 5 km" href="/?a ;b">Où ?</a> <code>a ? b</code> &lt; 5 km'), "fr")
    assert isinstance(marked, Markup)
    assert seen(marked) == '<a title="à : 5 km" href="/?a ;b">Où_?</a> <code>a ? b</code> &lt; 5~km'


def test_other_languages_keep_their_spaces():
    assert typography.typeset("What ? 5 km", "en") == "What ? 5 km"


def test_pages_show_french_spaces_and_the_database_keeps_what_was_typed(visit):
    idea = make_idea(title="Où passe le bus ?", data_wanted="Les horaires : 2 000 km de lignes")
    page = visit(f"/idees/{idea.id}")
    assert f"Où passe le bus{NARROW}?</" in page.html
    assert f"Les horaires{NARROW}: 2{NARROW}000{FIXED}km de lignes" in page.html
    assert idea.title == "Où passe le bus ?"
