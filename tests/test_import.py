"""Taking in ideas gathered elsewhere: every format, each idea once, bad rows told, good ones kept."""

import gzip
import json
import lzma

import pytest

from ideas.actions.import_files import Unreadable
from ideas.actions.importing import import_ideas
from ideas.domain.errors import RuleBroken
from ideas.store.database import db
from ideas.store.models import Idea
from tests.factories import make_campaign, now

ROWS = [
    {"id": 7, "title": "Horaires des cars", "body": "Les passages réels.", "votes": 3},
    {"id": 8, "title": "Qualité de l’eau", "body": "Les analyses.", "votes": 0},
]


@pytest.fixture
def take_in(app, tmp_path):
    campaign = make_campaign()

    def take_in(content, name="idées.jsonl", **given):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_ideas(path, campaign=campaign, now=now(), **{"mapping": {"data_wanted": "body"}} | given)

    return take_in


def lines(rows=ROWS):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_ideas_come_in_with_what_they_have(take_in):
    report = take_in(lines())
    idea = db.session.query(Idea).order_by(Idea.id).first()
    assert (report.added, report.bad, report.unused_columns) == (2, [], ["votes"])
    assert (idea.title, idea.data_wanted, idea.source_number) == ("Horaires des cars", "Les passages réels.", "7")
    assert (idea.channel, idea.publication, idea.profile, idea.vote_count) == ("import", "awaiting_review", "", 0)


def test_the_same_file_twice_adds_nothing(take_in):
    assert (take_in(lines()).added, take_in(lines()).added) == (2, 0)
    assert take_in(lines()).already == 2


def test_without_numbers_an_idea_is_known_by_its_words(take_in):
    rows = [{"title": row["title"], "body": row["body"]} for row in [*ROWS, ROWS[0]]]
    report = take_in(lines(rows))
    assert (report.added, report.already, take_in(lines(rows)).added) == (2, 1, 0)


def test_publishing_puts_them_online_at_once(take_in):
    take_in(lines(), publish=True)
    assert {(idea.publication, idea.published_at is not None) for idea in db.session.query(Idea)} == {
        ("published", True)
    }


def test_a_dry_run_writes_nothing(take_in):
    assert take_in(lines(), dry_run=True).added == 2
    assert db.session.query(Idea).count() == 0


def test_bad_rows_are_told_and_the_good_ones_land(take_in):
    bad = [
        {"id": 1, "title": "", "body": "x"},
        {"id": 2, "title": "a\u0000b", "body": "x"},
        {"id": 3, "title": "t" * 301, "body": "x"},
    ]
    report = take_in(lines([*bad, ROWS[0]]) + "pas du json\n[1]\n")
    assert [number for number, _ in report.bad] == [1, 2, 3, 5, 6]
    assert all(reason for _, reason in report.bad) and report.added == 1


def test_long_texts_are_kept_whole(take_in):
    take_in(lines([{"id": 1, "title": "t" * 300, "body": "é" * 20_000}]))
    assert len(db.session.query(Idea).one().data_wanted) == 20_000


CSV = 'id;title;body\n7;Horaires des cars;"Les passages ; réels,\nligne par ligne"\n8;Qualité de l’eau;Les analyses\n'


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.csv", CSV.encode()),
        ("a.csv", b"\xef\xbb\xbf" + CSV.encode()),
        ("a.csv", CSV.replace(";", "\t").encode()),
        ("a.CSV.gz", gzip.compress(CSV.encode())),
        ("a.csv.xz", lzma.compress(CSV.encode())),
        ("a.jsonl.xz", lzma.compress(lines().encode())),
    ],
    ids=["csv", "with a mark", "tabs", "gz", "xz", "lines in xz"],
)
def test_every_format_and_packing_is_read(take_in, name, content):
    assert take_in(content, name).added == 2
    assert "passages" in db.session.query(Idea).filter_by(source_number="7").one().data_wanted


def test_a_workbook_is_read(take_in, tmp_path):
    import zipfile

    strings = ["id", "title", "body", "Horaires des cars", "Les passages réels."]
    cells = [["s0", "s1", "s2"], ["7", "s3", "s4"]]
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        for name, content in make_workbook(strings, cells).items():
            book.writestr(name, content)
    assert take_in(path.read_bytes(), "a.xlsx").added == 1
    assert db.session.query(Idea).one().source_number == "7"


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.txt", b"x"),
        ("a.csv", "titre;été".encode("cp1252")),
        ("a.jsonl.gz", b"not packed"),
        ("a.jsonl.xz", b"not packed"),
        ("a.xlsx", b"not a workbook"),
        ("a.csv", b'title,body\n"never closed'),
    ],
    ids=["another format", "another encoding", "broken gz", "broken xz", "broken workbook", "broken csv"],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(take_in, name, content):
    with pytest.raises(Unreadable):
        take_in(content, name)
    assert db.session.query(Idea).count() == 0


def test_a_file_too_large_once_opened_is_refused(take_in, monkeypatch):
    monkeypatch.setattr("ideas.actions.import_files.MOST_BYTES", 1_000)
    with pytest.raises(Unreadable):
        take_in(lzma.compress(b" " * 10_000), "a.jsonl.xz")


@pytest.mark.parametrize(
    "mapping", [{"data_wanted": "nowhere"}, {"no_field": "body"}, {}], ids=["column", "field", "none"]
)
def test_a_mapping_that_makes_no_sense_is_refused(take_in, mapping):
    with pytest.raises(RuleBroken):
        take_in(lines(), mapping=mapping)
    db.session.rollback()
    assert db.session.query(Idea).count() == 0


def test_lists_are_read_with_bars_or_as_lists(take_in):
    take_in(lines([{**ROWS[0], "use_kinds": "research|business"}, {**ROWS[1], "use_kinds": ["personal"]}]))
    assert [idea.use_kinds for idea in db.session.query(Idea).order_by(Idea.id)] == [
        ["business", "research"],
        ["personal"],
    ]


def make_workbook(strings, rows):
    """The smallest XLSX workbook: cells are numbers, or `s` and the place of a shared string."""
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    office = "http://schemas.openxmlformats.org"
    main = f"{office}/spreadsheetml/2006/main"
    relation = f"{office}/officeDocument/2006/relationships"
    package = f"{office}/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"

    def cell(place, value):
        inside = f' t="s"><v>{value[1:]}' if value.startswith("s") else f"><v>{value}"
        return f'<c r="{place}"{inside}</v></c>'

    body = "".join(
        f'<row r="{n}">{"".join(cell(f"{chr(65 + i)}{n}", value) for i, value in enumerate(row))}</row>'
        for n, row in enumerate(rows, 1)
    )
    shared = "".join(f"<si><t>{text}</t></si>" for text in strings)
    return {
        "[Content_Types].xml": f'{head}<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>',  # noqa: E501
        "_rels/.rels": f'{head}<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',  # noqa: E501
        "xl/workbook.xml": f'{head}<workbook xmlns="{main}" xmlns:r="{relation}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',  # noqa: E501
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{relation}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',  # noqa: E501
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'{head}<sst xmlns="{main}">{shared}</sst>',
    }
