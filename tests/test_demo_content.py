"""The demonstration campaign keeps to the rules of a real one: counts, closed lists, lengths, references.

Territories are checked against the official geographic code by their numbers (18 regions, 101 departments).
"""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from ideas.domain.accounts import Role
from ideas.domain.comments import check_comment
from ideas.domain.handling import CLOSED, REFUSING, Handling
from ideas.domain.ideas import PROFILES, THEMES, check_idea
from ideas.domain.lines import LineState
from ideas.domain.publication import REASONS, Publication
from ideas.domain.waves import LEAST, WaveLabel

DEMO = Path(__file__).parent.parent / "ideas" / "demo"
ACCENT = re.compile(r"[àâçéèêëîïôöùûüœ]", re.IGNORECASE)
PUBLISHED = Publication.PUBLISHED


def read_lines(name):
    return [json.loads(line) for line in (DEMO / name).read_text(encoding="utf-8").splitlines()]


def read_table(name):
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CAMPAIGN = json.loads((DEMO / "campaign.json").read_text(encoding="utf-8"))
IDEAS = read_lines("ideas.jsonl")
PEOPLE = read_lines("people.jsonl")
PRODUCERS = read_table("producers.csv")
TERRITORIES = read_table("territories.csv")
COMMENTS = read_lines("comments.jsonl")
EDITS = read_lines("edits.jsonl")
WAVES = read_lines("waves.jsonl")
USES = read_lines("uses.jsonl")
BY_NUMBER = {idea["number"]: idea for idea in IDEAS}
BY_PUBLICATION = Counter(idea["publication"] for idea in IDEAS)
ON_LINE = [idea for idea in IDEAS if idea["publication"] == PUBLISHED]
DEPARTMENTS = [
    *(f"{number:02}" for number in range(1, 96) if number != 20),
    *("2A", "2B", "971", "972", "973", "974", "976"),
]
REGIONS = ["01", "02", "03", "04", "06", "11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94"]


def numbers(condition, ideas=IDEAS):
    return [idea["number"] for idea in ideas if condition(idea)]


def test_the_campaign_asks_its_question_and_says_it_is_a_demonstration():
    assert CAMPAIGN["slug"] == "donnees-revees-2026"
    assert CAMPAIGN["question"] == "À quelles données publiques rêvez-vous d’avoir accès ?"
    assert "démonstration" in CAMPAIGN["introduction"]
    assert (CAMPAIGN["opens_days_before"], CAMPAIGN["closes_days_after"]) == (24, 6)


def test_sixty_invented_people_hold_every_role_and_profile():
    assert [person["key"] for person in PEOPLE] == [f"p{number:02}" for number in range(1, 61)]
    assert len({person["email"] for person in PEOPLE}) == 60
    assert all(re.fullmatch(r"[a-z.-]+@example\.org", person["email"]) for person in PEOPLE)
    assert {person["profile"] for person in PEOPLE} == set(PROFILES)
    assert Counter(person["role"] for person in PEOPLE) == {
        Role.CONTRIBUTOR: 57,
        Role.MODERATOR: 1,
        Role.REVIEWER: 1,
        Role.OWNER: 1,
    }


def test_staff_write_no_idea():
    contributors = {person["key"] for person in PEOPLE if person["role"] == Role.CONTRIBUTOR}
    assert {idea["author"] for idea in IDEAS} <= contributors


@pytest.mark.parametrize(("kind", "codes"), [("department", DEPARTMENTS), ("region", REGIONS)])
def test_territories_are_those_of_the_official_code(kind, codes):
    rows = [row for row in TERRITORIES if row["kind"] == kind]
    assert {row["insee"] for row in rows} == set(codes)
    assert all(row["code"] == kind[0].upper() + row["insee"] for row in rows)
    assert len({row["name"] for row in rows}) == len(rows) == len(codes)


def test_a_hundred_and_twenty_territories_have_one_code_each():
    assert len({row["code"] for row in TERRITORIES}) == len(TERRITORIES) == 1 + 18 + 101
    assert TERRITORIES[0] == {"code": "FR", "name": "France", "kind": "country", "insee": ""}


def test_producers_have_a_slug_of_their_own():
    slugs = [row["slug"] for row in PRODUCERS]
    assert len(set(slugs)) == len(slugs) >= 35
    assert all(re.fullmatch(r"[a-z0-9-]+", slug) for slug in slugs)
    assert all(row["name"] and row["kind"] for row in PRODUCERS)


def test_ideas_are_numbered_from_one_in_the_order_of_days():
    assert [idea["number"] for idea in IDEAS] == list(range(1, len(IDEAS) + 1))
    days = [idea["days_ago"] for idea in IDEAS]
    assert days == sorted(days, reverse=True)
    assert set(days) <= set(range(24))


def test_there_are_enough_ideas_in_every_state_of_publication():
    assert len(IDEAS) >= 170
    assert BY_PUBLICATION[PUBLISHED] >= 135
    assert BY_PUBLICATION[Publication.MERGED] >= 8
    others = {state: count for state, count in BY_PUBLICATION.items() if state not in (PUBLISHED, Publication.MERGED)}
    assert others == {
        "awaiting_review": 12,
        "awaiting_confirmation": 3,
        "refused": 5,
        "hidden": 3,
        "withdrawn": 2,
        "draft": 1,
    }


def test_published_ideas_show_every_theme_profile_and_handling():
    assert {idea["theme"] for idea in ON_LINE} == set(THEMES)
    assert {idea["profile"] for idea in ON_LINE} == set(PROFILES)
    assert {idea["handling"] for idea in ON_LINE} == set(Handling)
    assert not numbers(lambda idea: (idea["handling"] is None) == (idea["publication"] == PUBLISHED))


def test_every_idea_would_pass_the_form_unchanged():
    for idea in IDEAS:
        checked = check_idea(idea)
        assert checked["title"] == idea["title"]
        assert checked["data_wanted"] == idea["data_wanted"]
        assert set(checked["use_kinds"]) == set(idea["use_kinds"])
        assert set(checked["obstacles"]) == set(idea["obstacles"])


def test_lengths_vary_within_their_limits():
    assert not numbers(lambda idea: not 8 <= len(idea["title"]) <= 100)
    assert not numbers(lambda idea: not 40 <= len(idea["data_wanted"]) <= 900)
    assert not numbers(lambda idea: not 20 <= len(idea["planned_use"]) <= 600)
    lengths = [len(idea["data_wanted"]) for idea in IDEAS]
    assert sum(length < 90 for length in lengths) >= 10
    assert sum(length > 450 for length in lengths) >= 10


def test_no_two_ideas_have_the_same_title_or_text():
    for field in ("title", "data_wanted", "planned_use"):
        assert len({idea[field].casefold() for idea in IDEAS}) == len(IDEAS)


def test_openings_are_not_those_of_a_template():
    openings = Counter(" ".join(idea["data_wanted"].split()[:2]).casefold() for idea in IDEAS)
    assert max(openings.values()) <= len(IDEAS) * 0.06
    assert len(openings) >= len(IDEAS) * 0.6


def test_most_french_texts_have_accents_and_some_were_typed_without():
    french = [idea for idea in IDEAS if idea["language"] == "fr"]
    assert len(IDEAS) - len(french) in (4, 5)
    bare = numbers(lambda idea: not ACCENT.search(idea["title"] + idea["data_wanted"]), french)
    assert 0.04 <= len(bare) / len(french) <= 0.2


def test_an_idea_refers_to_people_producers_and_places_that_exist():
    assert {idea["author"] for idea in IDEAS} <= {person["key"] for person in PEOPLE}
    assert {idea["producer"] for idea in IDEAS} - {None} <= {row["slug"] for row in PRODUCERS}
    places = {idea["territory"] for idea in IDEAS} - {None}
    assert places <= {row["code"] for row in TERRITORIES}
    assert len(places) >= 40


def test_an_organisation_is_shown_only_when_it_has_a_name():
    assert not numbers(lambda idea: idea["show_organisation"] and not idea["organisation"])
    assert numbers(lambda idea: idea["organisation"] and not idea["show_organisation"])


def test_a_merged_idea_points_at_a_published_one_and_nothing_else_does():
    assert not numbers(lambda idea: (idea["merged_into"] is None) == (idea["publication"] == Publication.MERGED))
    canonical = [BY_NUMBER[idea["merged_into"]] for idea in IDEAS if idea["merged_into"]]
    assert {idea["publication"] for idea in canonical} == {PUBLISHED}


def test_at_least_thirty_ideas_echo_an_older_one_of_another_author():
    echoes = [(idea, BY_NUMBER[idea["echoes"]]) for idea in IDEAS if idea["echoes"]]
    assert len(echoes) >= 30
    assert len({echoed["number"] for _, echoed in echoes}) >= 15
    assert all(echoed["days_ago"] > idea["days_ago"] for idea, echoed in echoes)
    assert all(echoed["author"] != idea["author"] for idea, echoed in echoes)


def test_refused_and_hidden_ideas_say_why_in_the_closed_list_and_in_words():
    motivated = ("refused", "hidden")
    assert not numbers(lambda idea: (idea["reason"] in REASONS) != (idea["publication"] in motivated))
    assert not numbers(lambda idea: bool(idea["reason_note"]) != (idea["publication"] in motivated))


def test_an_answer_is_given_where_handling_calls_for_one_and_is_signed():
    answered = {*CLOSED, Handling.SCHEDULED, Handling.POSTPONED}
    assert not numbers(lambda idea: bool(idea["answer"]) != (idea["handling"] in answered))
    for idea in IDEAS:
        if idea["answer"]:
            text, signature = idea["answer"].rsplit(" — ", 1)
            assert 2 <= len(re.findall(r"[.?](?: |$)", text)) <= 5, idea["number"]
            assert signature


@pytest.mark.parametrize(
    ("field", "states"),
    [
        ("dataset_url", {Handling.OPENED, Handling.ALREADY_OPEN, Handling.PARTLY_OPENED}),
        ("promised_in_days", {Handling.SCHEDULED}),
        ("reason_category", {Handling.REFUSED}),
        ("legal_basis", {Handling.REFUSED}),
    ],
)
def test_what_goes_with_a_state_of_handling_is_there_and_nowhere_else(field, states):
    assert not numbers(lambda idea: (idea[field] is not None) != (idea["handling"] in states))


def test_every_reason_to_refuse_data_is_seen_once_at_least():
    assert {idea["reason_category"] for idea in IDEAS} - {None} <= set(REFUSING)


def test_addresses_lead_to_the_national_catalogue():
    addresses = {idea[field] for idea in IDEAS for field in ("existing_url", "dataset_url")} - {None}
    assert all(address.startswith("https://www.data.gouv.fr/") for address in addresses)


def test_weights_have_a_long_tail():
    weights = [idea["weight"] for idea in ON_LINE]
    assert all(0 <= idea["weight"] <= 100 for idea in IDEAS)
    assert 5 <= sum(weight >= 70 for weight in weights) <= 15
    assert sum(weight <= 15 for weight in weights) > len(weights) / 2


def test_comments_and_changes_are_about_ideas_on_line_by_people_who_exist():
    contributors = {person["key"] for person in PEOPLE if person["role"] == Role.CONTRIBUTOR}
    reports = [one["report"] for one in COMMENTS if one["report"]]
    assert {one["by"] for one in (*COMMENTS, *reports)} <= contributors
    assert {BY_NUMBER[one["idea"]]["publication"] for one in (*COMMENTS, *EDITS)} == {PUBLISHED}
    assert all(check_comment(one["text"]) == one["text"] for one in COMMENTS)


@pytest.mark.parametrize("lines", [COMMENTS, EDITS, USES], ids=["comments", "changes", "uses"])
def test_what_is_written_beside_ideas_is_seen_in_every_state_and_refused_for_a_reason(lines):
    assert {one["state"] for one in lines} == set(LineState)
    assert all((one["reason"] in REASONS) == (one["state"] == LineState.REFUSED) for one in lines)


def test_a_wave_is_large_enough_to_be_found_and_its_ideas_would_pass_the_form():
    assert {wave["label"] for wave in WAVES} == {WaveLabel.CALL, WaveLabel.UNREAD}
    for wave in WAVES:
        assert len(wave["ideas"]) >= LEAST
        assert len({idea["title"].casefold() for idea in wave["ideas"]}) == len(wave["ideas"])
        for idea in wave["ideas"]:
            checked = check_idea({**idea, **{name: wave[name] for name in ("use_kinds", "profile", "theme")}})
            assert [checked["title"], checked["data_wanted"]] == [idea["title"], idea["data_wanted"]]


def test_no_text_gives_a_mail_address_or_a_real_telephone_number():
    texts = [f"{idea['title']} {idea['data_wanted']} {idea['planned_use']} {idea['answer']}" for idea in IDEAS]
    texts += [str(wave["ideas"]) for wave in WAVES]
    texts += [one["text"] for one in (*COMMENTS, *USES)] + [str(one["was"] | one["becomes"]) for one in EDITS]
    found = [number for text in texts for number in re.findall(r"\b0\d(?: ?\d\d){4}\b", text)]
    assert not [text for text in texts if "@" in text]
    assert all(number.startswith("01 99 00") for number in found), "01 99 00 is the range kept for fiction"
