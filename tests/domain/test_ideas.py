"""What may be typed in an idea, field by field."""

import pytest

from ideas.domain.errors import Invalid, Limited, RuleBroken, UnreadableText
from ideas.domain.ideas import FIELDS, check_address, check_idea
from ideas.domain.texts import check_text, clean_text, excerpt, without_refused

GOOD = {
    "title": "Horaires des bus",
    "data_wanted": "Les passages réels.",
    "planned_use": "Un panneau.",
    "use_kinds": ["personal", "public_service"],
    "profile": "individual",
}


def errors_of(**changed):
    with pytest.raises(Invalid) as refused:
        check_idea(GOOD | changed)
    return set(refused.value.errors)


def test_a_good_idea_comes_back_whole():
    cleaned = check_idea(GOOD)
    assert cleaned.keys() == {field.name for field in FIELDS}
    assert cleaned["use_kinds"] == ["public_service", "personal"]


@pytest.mark.parametrize("name", ["title", "data_wanted", "planned_use", "use_kinds", "profile"])
@pytest.mark.parametrize("nothing", ["", "  \n ", None, "\u200b"], ids=["empty", "blank", "absent", "invisible"])
def test_what_is_required_cannot_be_left_out(name, nothing):
    assert errors_of(**{name: nothing}) == {name}


def test_every_field_at_fault_is_told_at_once():
    assert errors_of(title="", profile="king", theme="nothing") == {"title", "profile", "theme"}


@pytest.mark.parametrize("name, longest", [("title", 100), ("data_wanted", 2_000), ("planned_use", 2_000)])
def test_lengths_are_counted_in_characters(name, longest):
    assert check_idea(GOOD | {name: "é" * longest})[name] == "é" * longest
    assert errors_of(**{name: "é" * (longest + 1)}) == {name}


def test_a_line_break_counts_once_however_it_was_sent():
    assert check_idea(GOOD | {"data_wanted": "a\r\n" * 999 + "b"})["data_wanted"].count("\n") == 999
    check_text(clean_text("x\r\n" * 10 + "y"), longest=21)


def test_an_import_may_lack_what_only_the_form_demands_and_keeps_long_texts_whole():
    cleaned = check_idea({"title": "t" * 300, "data_wanted": "d" * 20_000}, imported=True)
    assert (len(cleaned["title"]), len(cleaned["data_wanted"]), cleaned["profile"]) == (300, 20_000, "")
    with pytest.raises(Invalid):
        check_idea({"title": "t" * 301, "data_wanted": "d"}, imported=True)


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x07b", "\u202eabc", "a\u2066b", "a\x9bb"], ids=["NUL", "bell", "override", "isolate", "C1"]
)
def test_what_a_reader_would_not_see_is_refused_and_can_be_shown_without_it(text):
    assert errors_of(title=text) == {"title"}
    with pytest.raises(UnreadableText):
        check_text(clean_text(text), longest=100)
    check_text(without_refused(text), longest=100)


@pytest.mark.parametrize("text", ["Vélo 🚲 👩‍🌾", "œuvre", "مرحبا", "données — « ouvertes »", "e\u0301t\u00e9"])
def test_every_script_accent_and_emoji_is_welcome(text):
    check_text(clean_text(text), longest=100)


def test_spacers_that_nobody_means_are_dropped_and_accents_composed():
    assert clean_text("\ufeff e\u0301te\u0301\u200b ") == "été"


def test_too_long_says_by_how_much():
    with pytest.raises(Limited, match="101 caractères ; le maximum est de 100"):
        check_text("x" * 101, longest=100)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://a.fr", "www.a.fr", "https://", "http://[", "a b", "//x.fr"]
)
def test_an_address_that_cannot_be_followed_is_refused(address):
    with pytest.raises(RuleBroken):
        check_address(address)
    assert errors_of(existing_url=address) == {"existing_url"}


def test_an_excerpt_is_cut_between_words_from_the_text():
    assert excerpt("un deux trois quatre", 14) == "un deux trois…"
    assert excerpt("court\n texte", 200) == "court texte"
