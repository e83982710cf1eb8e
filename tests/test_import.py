"""Taking in ideas gathered elsewhere: every format, each idea once, bad rows told, good ones kept."""

import gzip
import io
import json
import lzma
import zipfile

import pytest

from ideas.actions.importing import ImportOptions, import_ideas
from ideas.domain.errors import RuleBroken
from ideas.imports import workbooks
from ideas.imports.table_files import UnreadableFile
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
        options = ImportOptions(**{"mapping": {"data_wanted": "body"}} | given)
        return import_ideas(path, campaign=campaign, now=now(), how=options)

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
        {"id": 1, "title": "x", "body": ""},
        {"id": 2, "title": "a\u0000b", "body": "x"},
        {"id": 3, "title": "t", "body": "x" * 20_001},
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


STRINGS = ["id", "title", "body", "Horaires des cars", "Les passages réels."]
CELLS = [["s0", "s1", "s2"], ["7", "s3", "s4"]]


def test_a_workbook_is_read(take_in):
    assert take_in(pack(make_workbook(STRINGS, CELLS)), "a.xlsx").added == 1
    assert db.session.query(Idea).one().source_number == "7"
    assert take_in(gzip.compress(pack(make_workbook(STRINGS, CELLS))), "a.xlsx.gz").already == 1


GREEDY = {
    # One cell in the last corner of the sheet: a library that lays the sheet out asks for 400 GB and aborts.
    "a far cell": {"xl/worksheets/sheet1.xml": ('r="A2"', 'r="XFD1048576"')},
    # A sheet of 400 MB that packs into 400 kB.
    "a bomb": {"xl/worksheets/sheet1.xml": ("<sheetData>", f"{' ' * 400_000_000}<sheetData>")},
    "no sheet": {"xl/workbook.xml": ('<sheet name="a" sheetId="1" r:id="r1"/>', "")},
    "a text that is nowhere": {"xl/worksheets/sheet1.xml": ("<v>3", "<v>4294967295")},
    "cut": {"xl/worksheets/sheet1.xml": ("</sheetData></worksheet>", '<row r="9"><c r="A9" t="s"><v>1')},
}


@pytest.mark.parametrize("part, change", [next(iter(v.items())) for v in GREEDY.values()], ids=GREEDY.keys())
def test_a_crafted_workbook_is_refused_and_brings_nothing_down(take_in, part, change):
    parts = make_workbook(STRINGS, CELLS)
    assert change[0] in parts[part]
    parts[part] = parts[part].replace(*change)
    with pytest.raises(UnreadableFile):
        take_in(pack(parts), "a.xlsx")
    assert db.session.query(Idea).count() == 0


def test_a_workbook_that_lies_about_its_size_is_stopped(take_in, monkeypatch):
    monkeypatch.setattr("ideas.imports.workbooks.MOST_BYTES", 10_000)
    with pytest.raises(UnreadableFile, match="trop volumineux"):
        take_in(pack(make_workbook(["x" * 20_000], [["s0"]])), "a.xlsx")
    monkeypatch.setattr("ideas.imports.workbooks._check_parts", lambda _book: None)
    with pytest.raises(UnreadableFile, match="mémoire"):
        take_in(pack(make_workbook(["x" * 20_000], [["s0"]])), "a.xlsx")


@pytest.mark.parametrize("comment", [b"", b"a comment" * 1_000])
def test_a_workbook_of_too_many_parts_is_refused_before_they_are_counted(take_in, monkeypatch, comment):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as book:
        for number in range(20_000):
            book.writestr(f"xl/media/{number:040}.png", b"")
        book.comment = comment
    monkeypatch.setattr("zipfile.ZipFile", None)
    with pytest.raises(UnreadableFile, match="trop volumineux"):
        take_in(content.getvalue(), "a.xlsx")


def test_a_directory_whose_true_size_hides_behind_another_is_measured(tmp_path):
    end = b"PK\x05\x06" + bytes(8) + (100).to_bytes(4, "little") + bytes(6)
    large = b"PK\x06\x06" + bytes(36) + (2**33).to_bytes(8, "little") + bytes(8)
    (tmp_path / "a.xlsx").write_bytes(large + b"PK\x06\x07" + bytes(16) + end)
    assert workbooks._measure_directory(tmp_path / "a.xlsx") == 2**33


def test_a_header_of_a_hundred_thousand_columns_is_refused_at_once(take_in):
    header = ",".join(f"c{number}" for number in range(100_000))
    with pytest.raises(UnreadableFile, match="trop de colonnes"):
        take_in(f"{header}\n1,2\n".encode(), "a.csv")


def test_a_packed_file_is_bounded_before_it_is_opened(take_in, monkeypatch):
    monkeypatch.setattr("ideas.imports.decompression.MOST_BYTES", 1_000)
    endless_name = b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * 2_000
    with pytest.raises(UnreadableFile, match="trop volumineux"):
        take_in(endless_name, "a.csv.gz")


def test_a_workbook_that_takes_too_long_is_stopped(take_in, monkeypatch):
    monkeypatch.setattr("ideas.imports.workbooks.MOST_SECONDS", 0.001)
    with pytest.raises(UnreadableFile, match="temps"):
        take_in(pack(make_workbook(STRINGS, CELLS)), "a.xlsx")


def test_two_imports_at_once_add_each_idea_once(take_in, app, monkeypatch):
    """The second one reads its file before the first has written, and writes after it."""
    from ideas.actions import importing

    write_all = importing._write_all

    def late(*given):
        monkeypatch.setattr(importing, "_write_all", write_all)
        take_in(lines(), "autre.jsonl")
        return write_all(*given)

    monkeypatch.setattr(importing, "_write_all", late)
    report = take_in(lines())
    assert (report.added, report.already, db.session.query(Idea).count()) == (0, 2, 2)


def pack(parts):
    """A workbook as one reads it from a file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return content.getvalue()


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.txt", b"x"),
        ("a.csv", "titre;été".encode("cp1252")),
        ("a.jsonl.gz", b"not packed"),
        ("a.jsonl.xz", b"not packed"),
        ("a.xlsx", b"not a workbook"),
        ("a.csv", b'title,body\n"never closed'),
        ("a.csv", f'id,title,body\n1,t,"{"x" * 1_100_000}"\n'.encode()),
        ("a.jsonl", b""),
        ("a.csv", b"\xef\xbb\xbf"),
        ("a.csv", b"id;title;body\r\n"),
        ("a.jsonl.gz", gzip.compress(b"\n\n")),
        ("a.csv", b"title,body,title\na,b,c\n"),
        ("a.csv", "title,body\nt,été\n".encode("utf-16")[:-1]),
        ("a.csv.gz", gzip.compress(b"title,body\na,b\n")[:-9]),
        ("a.csv.gz", gzip.compress(b"title,body\na,b\n" * 99)[:20] + b"\xff" * 40),
        ("a.csv.xz", lzma.compress(b"title,body\na,b\n" * 99)[:-30]),
        ("a.csv.xz", lzma.compress(b"x", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 2**30}])),
    ],
    ids=[
        "another format",
        "another encoding",
        "broken gz",
        "broken xz",
        "broken workbook",
        "quotes left open",
        "endless line",
        "empty",
        "a mark alone",
        "a header alone",
        "empty lines",
        "a column twice",
        "half a character",
        "cut gz",
        "damaged gz",
        "cut xz",
        "greedy xz",
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(take_in, name, content):
    with pytest.raises(UnreadableFile) as refused:
        take_in(content, name)
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)
    assert db.session.query(Idea).count() == 0


def test_a_quote_left_open_is_told_with_its_place(take_in):
    with pytest.raises(UnreadableFile, match="après la ligne 2"):
        take_in('id,title,body\n7,Cars,Passages\n8,"Eau,Analyses\n9,a,b\n', "a.csv")


@pytest.mark.parametrize("given", [{}, {"mapping": {"title": "titre", "data_wanted": "title"}}, {"ignored": ["x"]}])
def test_a_missing_column_is_told_with_those_there_are(take_in, given):
    with pytest.raises(RuleBroken, match=r"(body|titre|x). Le fichier a : id, title\."):
        take_in("id,title\n7,x\n", "a.csv", **given)
    assert db.session.query(Idea).count() == 0


def test_what_only_json_can_hold_is_told_and_stops_nothing(take_in):
    good = {"title": "t", "body": "b"}
    bad = [
        {**good, "id": "a\u0000b"},
        {**good, "id": "\ud800"},
        {**good, "id": "x" * 191},
        {**good, "title": {"fr": "t"}},
        {**good, "body": ["a", "b"]},
        {**good, "use_kinds": 3},
        {**good, "use_kinds": {"research": 1}},
        {**good, "body": "x" * 20_001},
    ]
    rows = "".join(json.dumps(row) + "\n" for row in bad)
    report = take_in(rows + "null\n" + "[" * 100_000 + "\n" + json.dumps("x" * 1_100_000) + "\n" + lines())
    assert [number for number, _ in report.bad] == list(range(1, 12))
    assert report.added == 2 and db.session.query(Idea).count() == 2


def test_a_name_of_column_cannot_disturb_a_terminal(take_in):
    assert take_in(json.dumps({**ROWS[0], "\x1b[2J\ud800note": 1})).unused_columns == ["votes", "[2Jnote"]


def test_a_spreadsheet_leaves_its_traces_without_harm(take_in):
    excel = "sep=;\r\nid;title;body;;\r\n7;Cars;Passages;;\r\n;;;;\r\n8;Eau;Analyses;perdu;\r\n"
    report = take_in(excel.encode("utf-16"), "a.csv")
    assert (report.added, report.bad, report.unused_columns) == (2, [], ["(4)"])


def test_nul_bytes_are_told_row_by_row(take_in):
    report = take_in(b"id,title,body\n7,Ca\x00rs,Passages\n8\x00,Eau,Analyses\n9,Air,Mesures\n", "a.csv")
    assert (report.added, [number for number, _ in report.bad]) == (1, [2, 3])


def test_a_row_with_too_many_cells_is_told(take_in):
    report = take_in("id,title,body\n7,Cars,Passages,,\n8,Eau,Analyses, fines\n", "a.csv")
    assert (report.added, [number for number, _ in report.bad]) == (1, [3])


def test_a_file_too_large_once_opened_is_refused(take_in, monkeypatch):
    monkeypatch.setattr("ideas.imports.decompression.MOST_BYTES", 1_000)
    for pack, name in ((lzma.compress, "a.jsonl.xz"), (gzip.compress, "a.csv.gz"), (bytes, "a.csv")):
        with pytest.raises(UnreadableFile, match="trop volumineux"):
            take_in(pack(b"id,title,body\n" + b"7,t,b\n" * 10_000), name)
    assert db.session.query(Idea).count() == 0


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
