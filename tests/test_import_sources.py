"""Files of others as they are: numbers that prove nothing, markup, no titles, positions, codes of their own."""

import csv
import io
import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from ideas.actions.answers import Reply, answer, withdraw_answer
from ideas.actions.editions import write_edition_files
from ideas.actions.handled import About
from ideas.actions.handling import route
from ideas.actions.high_value import flag_high_value
from ideas.actions.importing import ImportOptions, import_ideas
from ideas.domain.accounts import Operator
from ideas.domain.errors import RuleBroken, UnreadableFile
from ideas.domain.handling import Handling
from ideas.domain.high_value import HighValue
from ideas.retrieval.similar import find_similar_ideas
from ideas.store.database import db
from ideas.store.models import Answer, Decision, Idea, Producer, Territory, Vote
from tests.factories import make_campaign, make_idea, make_producer, make_vote, now
from tests.schedules import find_breaks
from tests.test_import import make_workbook, pack

READER = SimpleNamespace(id=None, role=None, appointments=())


@pytest.fixture
def take_in(app, tmp_path, var):
    campaigns = [make_campaign()]

    def take_in(content, name="atelier.csv", campaign=None, **given):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        into = campaign or campaigns[0]
        return import_ideas(path, campaign=into, now=now(), how=ImportOptions(**given), var=str(var / "var"))

    return take_in


def titles():
    return [idea.title for idea in db.session.query(Idea).order_by(Idea.id)]


def rows(*given):
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(["id", "title", "data_wanted"])
    writer.writerows(given)
    return content.getvalue()


# -- Numbers


def test_two_ideas_of_a_file_that_share_a_number_are_both_kept(take_in):
    content = rows((5, "Bus", "Horaires"), (5, "Crèches", "Places"), (6, "Bus", "Horaires"))
    first, second = take_in(content), take_in(content)
    assert (first.added, first.already, first.corrected) == (3, 0, [])
    assert (second.added, second.already, titles()) == (0, 3, ["Bus", "Crèches", "Bus"])


def test_another_source_has_numbers_of_its_own(take_in):
    take_in(rows((5, "Bus", "Horaires")), "lyon.csv")
    report = take_in(rows((5, "Eau", "Analyses"), (5.0, "Air", "Mesures")), "lille.csv")
    assert (report.added, report.corrected, report.source) == (2, [], "lille")
    assert {idea.source for idea in db.session.query(Idea)} == {"lyon", "lille"}


def test_the_same_words_of_two_named_sources_are_two_ideas_and_of_one_file_renamed_are_one(take_in):
    content = rows((1, "Bus", "Horaires"))
    take_in(content, source="Lyon")
    assert take_in(content, "copie.csv").already == 1
    assert (take_in(content, source="Lille").added, take_in(content, source="Lille").already) == (1, 1)


def test_a_corrected_text_is_told_and_kept_out(take_in):
    take_in(rows((5, "Bus", "Horaires"), (6, "Eau", "Analyses")))
    report = take_in(rows((5, "Bus", "Horaires réels"), (6, "Eau", "Analyses")))
    assert (report.added, report.already, report.corrected, report.replaced) == (0, 1, [(2, "5")], 0)
    assert {idea.data_wanted for idea in db.session.query(Idea)} == {"Horaires", "Analyses"}


def test_a_corrected_text_takes_the_place_of_the_former_when_asked(take_in, var):
    take_in(rows((5, "Bus", "Horaires"), (6, "Eau", "Analyses")), publish=True)
    campaign_id = db.session.query(Idea).first().campaign_id
    find = {"campaign_id": campaign_id, "actor": READER, "var": str(var / "var")}
    assert not find_similar_ideas("trottinettes électriques", **find)
    idea = db.session.query(Idea).filter_by(source_number="5").one()
    make_vote(idea)
    content = rows((5, "Trottinettes", "Trottinettes électriques"))
    assert (take_in(content, replace=True, dry_run=True).replaced, titles()) == (1, ["Bus", "Eau"])
    report = take_in(content, replace=True)
    db.session.refresh(idea)
    assert (report.replaced, report.corrected, idea.title, idea.publication) == (1, [], "Trottinettes", "published")
    assert db.session.query(Vote).filter_by(idea_id=idea.id).count() == idea.vote_count == 1
    assert [(one.kind, one.idea_id, one.note) for one in db.session.query(Decision)] == [
        ("correct", idea.id, "atelier, n° 5")
    ]
    assert take_in(content).already == 1
    assert [hit.row.id for hit in find_similar_ideas("trottinettes électriques", **find)] == [idea.id]


@pytest.mark.parametrize("source", ["", " ", "x" * 101, "a\x00b"])
def test_a_name_of_source_that_cannot_be_is_refused(take_in, source):
    with pytest.raises(RuleBroken):
        take_in(rows((1, "a", "b")), source=source)


def test_an_import_that_stopped_half_way_is_finished_by_the_same_command(take_in, monkeypatch):
    monkeypatch.setattr("ideas.actions.importing.PIECE", 2)
    content = rows(*((n % 4, f"Titre {n}", f"Texte {n}") for n in range(9)), (0, "Titre 0", "Texte 0"))
    from ideas.actions.import_pieces import PieceWriter

    write, pieces = PieceWriter.write, []

    def die(writer, given):
        pieces.append(given)
        if len(pieces) == 3:
            raise KeyboardInterrupt
        return write(writer, given)

    monkeypatch.setattr(PieceWriter, "write", die)
    with pytest.raises(KeyboardInterrupt):
        take_in(content)
    assert len(titles()) == 4
    report = take_in(content)
    assert (report.added, report.already, report.corrected) == (5, 5, [])
    assert titles() == [f"Titre {n}" for n in range(9)]


def test_a_dry_run_counts_as_the_import_does(take_in, monkeypatch):
    monkeypatch.setattr("ideas.actions.importing.PIECE", 2)
    content = rows(*((n % 3, f"Titre {n % 5}", "Texte") for n in range(20)))
    counts = [(one.added, one.already, one.corrected) for one in (take_in(content, dry_run=True), take_in(content))]
    assert counts[0] == counts[1] and len(titles()) == counts[0][0]


# -- Texts


def test_markup_is_read_before_anything_is_stored(take_in):
    take_in(rows((1, "L&#39;eau &amp; l&eacute;t&eacute;", "<p>Un&nbsp;:</p><ul><li>a &lt; b</li></ul>")))
    idea = db.session.query(Idea).one()
    assert (idea.title, idea.data_wanted) == ("L'eau & lété", "Un\xa0:\na < b")
    assert not {"nbsp", "amp", "eacut", "li", "39"} & set(idea.search_text.split())


def test_a_source_without_titles_gets_them_from_its_words(take_in):
    long = "Je souhaite connaître les horaires réels de chaque ligne, arrêt par arrêt, " * 5
    report = take_in(f'texte\n"{long}"\nLes horaires des bus\n', mapping={"data_wanted": "texte"})
    first, second = titles()
    assert (report.added, report.titles_made, second) == (2, 2, "Les horaires des bus")
    assert len(first) <= 100 and first.endswith("…") and long.startswith(first[:-1])
    assert db.session.query(Idea).order_by(Idea.id).first().data_wanted == long.strip()


def test_a_title_that_is_too_long_is_kept_whole_in_the_text(take_in):
    long = "mot " * 100
    take_in(f"title,data_wanted\n{long},la suite\n{long},{long} et plus\n")
    one, other = db.session.query(Idea).order_by(Idea.id)
    assert one.data_wanted == f"{long.strip()}\n\nla suite" and other.data_wanted == f"{long} et plus"
    assert len(one.title) <= 100


def test_an_empty_title_is_made_and_an_empty_text_is_told(take_in):
    report = take_in("title,data_wanted\n,Texte\nTitre,\n,\n")
    assert (titles(), [place for place, _ in report.bad]) == (["Texte"], [3])


# -- Places and columns


def test_places_are_those_of_the_file(take_in):
    content = 'sep=;\n\nid;title;data_wanted\n1;a;b\n\n2;"deux\nlignes";"et\n\ndeux"\n3;c;\n\n4;d;\n'
    assert [place for place, _ in take_in(content).bad] == [10, 12]
    lines = '{"title": "a", "data_wanted": "b"}\n\n{"title": "c"}\nnon\n'
    report = take_in(lines, "a.jsonl")
    assert ([place for place, _ in report.bad], report.place_word) == ([3, 4], "line")


def test_places_are_those_of_the_sheet(take_in):
    parts = make_workbook(["title", "data_wanted", "a"], [["s0", "s1"], ["s2"]])
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace('<row r="2">', '<row r="6">').replace('"A2"', '"A6"')
    report = take_in(pack(parts), "a.xlsx")
    assert ([place for place, _ in report.bad], report.place_word) == ([6], "row")


def test_columns_that_are_not_read_never_refuse_a_file(take_in):
    report = take_in("id,title,data_wanted,Précisez,Précisez,,\n1,a,b,x,y,,z\n")
    assert (report.added, report.unused_columns) == (1, ["Précisez (4)", "Précisez (5)", "(7)"])
    assert take_in("title,data_wanted,Précisez,Précisez\na2,b,x,y\n", mapping={"period": "Précisez (4)"}).added == 1
    assert {idea.period for idea in db.session.query(Idea)} == {"", "y"}


@pytest.mark.parametrize("given", [{}, {"mapping": {"period": "x"}}])
def test_a_column_that_is_read_and_given_twice_refuses_the_file(take_in, given):
    header = "title,data_wanted,x,x" if given else "title,title,data_wanted"
    with pytest.raises(UnreadableFile, match="même nom"):
        take_in(f"{header}\na,b,c,d\n", **given)


def test_a_column_can_be_left_aside(take_in):
    report = take_in("title,title,data_wanted,theme\na,b,c,sport\n", ignored=["title"], mapping={"theme": ""})
    idea = db.session.query(Idea).one()
    assert (idea.title, idea.theme, report.left_out) == ("c", "", {})


@pytest.mark.parametrize(
    "content",
    [
        "id;title;data_wanted\n1;Bus, trams, cars;un, deux\n2;Vélos, pistes;trois, quatre\n",
        "id|title|data_wanted\n1|Bus, trams; cars|un, deux\n2|Vélos|trois; quatre\n",
        "id\ttitle\tdata_wanted\n1\tBus, trams\tun; deux\n2\tVélos\ttrois\n",
        'id,title,data_wanted\n1,"Bus; trams; cars",un; deux; trois; quatre\n2,Vélos,a;b;c\n',
        'id;title;data_wanted;"a, b, c, d, e"\n1;Bus;un;\n2;Vélos;deux;\n',
    ],
    ids=["semicolon", "bar", "tab", "comma", "commas in a name"],
)
def test_a_separator_is_the_one_that_cuts_all_lines_alike(take_in, content):
    assert take_in(content).added == 2
    assert {idea.source_number for idea in db.session.query(Idea)} == {"1", "2"}


def test_one_column_without_quotes_is_cut_nowhere(take_in):
    report = take_in("data_wanted\nDes bus, des trams\nDes vélos\nDe l’eau, de l’air, du bruit\n")
    assert report.added == 3 and "De l’eau, de l’air, du bruit" in titles()


def test_a_separator_can_be_named(take_in):
    assert take_in("title~data_wanted\na,b;c~d\n", separator="~").added == 1


def test_a_sheet_can_be_named_and_those_there_are_are_told(take_in):
    parts = make_workbook(["title", "data_wanted", "a", "b"], [["s0", "s1"], ["s2", "s3"]])
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        '<sheet name="a" sheetId="1" r:id="r1"/>',
        '<sheet name="vide" sheetId="2" r:id="r3"/><sheet name="idées" sheetId="1" r:id="r1"/>',
    )
    empty = make_workbook([], [])["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet2.xml"] = empty
    for name, before, after in (
        ("xl/_rels/workbook.xml.rels", "</Relationships>", 'worksheets/sheet2.xml"/></Relationships>'),
        ("[Content_Types].xml", "</Types>", "</Types>"),
    ):
        kind = parts["xl/_rels/workbook.xml.rels"].split('Id="r1" Type="')[1].split('"')[0]
        extra = f'<Relationship Id="r3" Type="{kind}" Target="' if "rels" in name else ""
        parts[name] = parts[name].replace(before, extra + after)
    book = pack(parts)
    assert take_in(book, "a.xlsx", sheet="idées").added == 1
    with pytest.raises(UnreadableFile, match="vide, idées"):
        take_in(book, "a.xlsx", sheet="autre")
    with pytest.raises(UnreadableFile, match="classeur"):
        take_in("title,data_wanted\na,b\n", sheet="autre")


# -- Codes


def test_a_code_of_the_source_leaves_the_field_empty_and_is_told(take_in):
    row = {"title": "a", "data_wanted": "b", "theme": "Mobilités", "profile": "individual", "language": "de"}
    row |= {
        "use_kinds": ["research", "loisirs"],
        "existing_url": "voir le site",
        "producer": "inconnu",
        "territory": "X",
    }
    report = take_in("".join(json.dumps({**row, "title": title}) + "\n" for title in "ab"), "a.jsonl")
    idea = db.session.query(Idea).first()
    assert (report.added, report.bad, idea.theme, idea.profile, idea.language) == (2, [], "", "individual", "fr")
    assert (idea.use_kinds, idea.existing_url, idea.producer_id) == (["research"], "", None)
    assert report.left_out == dict.fromkeys(
        (
            ("theme", "Mobilités"),
            ("language", "de"),
            ("use_kinds", "loisirs"),
            ("existing_url", "voir le site"),
            ("producer", "inconnu"),
            ("territory", "X"),
        ),
        (2, 1),
    )


# -- Editions of ours

NASTY = ["=1+1", "+33 %", "-2", "@SUM(A1)", "＝1", "'=1", "''", "'a", 'dit "oui"', "a,b;c|d", "deux\nlignes", "🚲 œ é"]
NASTY += ["a <b> & &amp; <p>c</p>", "L’eau\xa0: oui", "\u202fx", "[adresse retirée]", "sep=;"]
TEXTS = [
    "title",
    "data_wanted",
    "planned_use",
    "beneficiaries",
    "holder",
    "period",
    "detail_level",
    "freshness",
    "organisation",
]
HELD = [*TEXTS, "use_kinds", "profile", "theme", "format", "obstacles", "names_people", "language", "producer"]
HELD += ["territory", "existing_url"]


@pytest.mark.parametrize("name", ["ideas.csv", "ideas.jsonl"])
def test_an_edition_of_ours_gives_the_same_texts(take_in, tmp_path, name):
    first, second = make_campaign(), make_campaign()
    db.session.add(Territory(code="D29", kind="departement", name="Finistère", insee="29"))
    producer = make_producer()
    for text in map(str.strip, NASTY):
        make_idea(
            campaign=first,
            **dict.fromkeys(("title", "period", "detail_level", "freshness", "holder_text"), " ".join(text.split())),
            **dict.fromkeys(("data_wanted", "planned_use", "beneficiaries"), text),
            organisation=" ".join(text.split()),
            show_organisation=True,
            producer_id=producer.id,
            territory_code="D29",
            existing_url="https://x.example/?a=1&copy=2",
            obstacles=["charge"],
            use_kinds=["research", "other"],
        )
    write_edition_files(first, tmp_path / "one")
    report = take_in((tmp_path / "one" / name).read_bytes(), name, campaign=second, publish=True)
    assert (report.added, report.bad, report.left_out) == (len(NASTY), [], {})
    assert not {"producer", "territory", "holder", "csv_escaped"} & set(report.unused_columns)
    write_edition_files(second, tmp_path / "two")
    before, after = (read(tmp_path / folder) for folder in ("one", "two"))
    assert [[row[name] for name in HELD] for row in before] == [[row[name] for name in HELD] for row in after]
    assert db.session.query(Producer).count() == 1


def read(folder):
    return [json.loads(line) for line in (folder / "ideas.jsonl").read_text(encoding="utf-8").splitlines()]


CARRIED = ["handling", "routed_to", "routed_on", "answer", "answered_by", "answered_on", "refusal_reason"]
CARRIED += ["legal_basis", "passed_to", "dataset_url", "promised_on", "high_value", "edited_on"]


@pytest.fixture
def answered(app):
    """A campaign with a request in each state that an edition can tell, one answer given to two ideas at once."""
    campaign, asked, holds, staff = (
        make_campaign(),
        make_producer(),
        make_producer(),
        {"actor": Operator(), "now": now()},
    )
    ideas = [make_idea(campaign=campaign, data_wanted=f"=Données {number}").id for number in range(8)]
    route(About(ideas[:7]), asked.id, **staff)
    answer(About(ideas[:2]), Handling.REFUSED, Reply(text="=Non, « jamais »;\n-1", reason="security"), **staff)
    answer(About(ideas[2:3]), Handling.OPENED, Reply(text="Oui.", dataset_url="https://x.example/a?b=1&c"), **staff)
    answer(
        About(ideas[3:4]),
        Handling.SCHEDULED,
        Reply(text="En mai.", promised_on=now().date(), high_value=HighValue.STATISTICS),
        **staff,
    )
    answer(About(ideas[4:5]), Handling.NOT_HELD, Reply(text="Ailleurs.", passed_to_id=holds.id), **staff)
    answer(About(ideas[5:6]), Handling.POSTPONED, Reply(text="Plus tard."), **staff)
    flag_high_value(About(ideas[7:]), HighValue.MOBILITY, **staff)
    for number, hour in ((0, 0), (7, 23)):  # the day is that of UTC
        db.session.get_one(Idea, ideas[number]).edited_at = datetime(2026, 11, 20, hour, 30, tzinfo=UTC)
    db.session.commit()
    return campaign


@pytest.mark.parametrize("name", ["ideas.csv", "ideas.jsonl"])
def test_an_edition_of_ours_gives_back_where_requests_stand_and_their_answers(take_in, answered, tmp_path, name):
    second = make_campaign()
    write_edition_files(answered, tmp_path / "one")
    content = (tmp_path / "one" / name).read_bytes()
    report = take_in(content, name, campaign=second, publish=True)
    assert (report.added, report.bad, report.left_out) == (8, [], {}) and not {*CARRIED} & {*report.unused_columns}
    assert take_in(content, name, campaign=second, publish=True).already == 8
    write_edition_files(second, tmp_path / "two")
    before, after = (read(tmp_path / folder) for folder in ("one", "two"))
    assert [row["edited_on"] for row in before] == ["2026-11-20", *[None] * 6, "2026-11-20"]
    assert [[row[name] for name in CARRIED] for row in before] == [[row[name] for name in CARRIED] for row in after]
    mine = db.session.query(Answer).filter_by(campaign_id=second.id)
    assert mine.count() == 5, "one answer still serves the two ideas that it was given to"
    told = db.session.query(Decision).filter_by(campaign_id=second.id)
    assert [one.kind for one in told] == ["import_handling"] * 8 and not find_breaks(second)
    answers_again = About([db.session.query(Idea).filter_by(campaign_id=second.id, handling="refused").first().id])
    withdraw_answer(answers_again, actor=Operator(), now=now())


def edition_row(**given):
    usual = dict.fromkeys([*CARRIED, "csv_escaped"], "") | {"text_changed": False, "own_vote_count": 0}
    usual |= {"canonical_id": None, "title": "Bus", "data_wanted": "Les horaires"}
    return json.dumps(usual | given)


@pytest.mark.parametrize(
    "given, left_out",
    [
        ({"handling": "refused", "answer": "Non."}, ("handling", "refused")),
        ({"handling": "opened", "answer": "Oui.", "dataset_url": "javascript:x"}, ("handling", "opened")),
        ({"handling": "scheduled", "answer": "Oui.", "promised_on": "demain"}, ("handling", "scheduled")),
        ({"handling": "question_to_author"}, ("handling", "question_to_author")),
        ({"handling": "dance"}, ("handling", "dance")),
        ({"handling": "received", "high_value": "gold"}, ("high_value", "gold")),
        ({"handling": "received", "routed_to": "personne"}, ("routed_to", "personne")),
        ({"edited_on": "hier"}, ("edited_on", "hier")),
    ],
    ids=["no reason", "no address", "no day", "a question", "unknown", "no such theme", "no such body", "no such day"],
)
def test_what_could_not_have_been_decided_here_is_left_out_and_told(take_in, given, left_out):
    report = take_in(edition_row(**given), "ideas.jsonl", publish=True)
    assert report.added == 1 and left_out in report.left_out
    idea = db.session.query(Idea).one()
    assert (idea.handling, idea.answer_id) == ("received", None) and not db.session.query(Answer).count()


def test_another_file_says_nothing_of_requests_by_a_column_of_that_name(take_in):
    report = take_in(
        json.dumps({"data_wanted": "Les horaires", "handling": "refused", "edited_on": "2026-11-20"}), "x.jsonl"
    )
    assert {"handling", "edited_on"} <= {*report.unused_columns}
    idea = db.session.query(Idea).one()
    assert (idea.handling, idea.edited_at) == ("received", None)
