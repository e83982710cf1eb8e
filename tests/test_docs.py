"""Documents that say what the code says are kept true here."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from ideas.cli import COMMANDS
from ideas.cli.rights import rights_page
from ideas.domain.accounts import Role
from ideas.domain.permissions import EVERYWHERE, Permission, can
from ideas.exports.package import write_manual
from tests.test_architecture import PLAN

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
# Paths are written from the root, or from the package.
PATH = re.compile(r"(?:\.ci/|[a-z_]+/)[\w./*-]*")
HOME = {*(path.name for path in ROOT.iterdir()), *PLAN}


def read(page):
    return page.read_text(encoding="utf-8")


def in_code(page):
    """What a page gives to type or to open: its code, in lines and in blocks."""
    text = read(page)
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return [*spans, *(line for block in blocks for line in block.splitlines())]


def test_the_data_dictionary_is_what_the_columns_say():
    assert read(DOCS / "data-dictionary.md") == write_manual()


def test_the_table_of_rights_is_what_the_views_ask_and_what_the_rule_grants():
    page = read(DOCS / "rights.md")
    assert page == rights_page()
    for one in Permission:
        (row,) = [line for line in page.splitlines() if line.startswith("|") and f"(`{one.value}`)" in line]
        said = [cell.strip() == "yes" for cell in row.split("|")[2:-1]]
        assert said == [can(SimpleNamespace(role=role, appointments=()), one, EVERYWHERE) for role in Role]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_exists(page):
    links = [part.split(")")[0] for part in read(page).split("](")[1:]]
    assert not [link for link in links if "://" not in link and not (page.parent / link.split("#")[0]).exists()]
    paths = [code for code in in_code(page) if PATH.fullmatch(code) and code.split("/")[0] in HOME]
    assert not [path for path in paths if not [*ROOT.glob(path), *(ROOT / "ideas").glob(path)]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_that_a_page_gives_exists(page):
    typed = [line.split() for line in in_code(page)]
    assert not [words for words in typed if words[:1] == ["make"] and len(words) > 1 and words[1] not in TARGETS]
    ours = [words[1] for words in typed if words[:1] == ["ideas"] and len(words) > 1]
    assert not [name for name in ours if name[0].isalpha() and name not in COMMANDS]


def test_what_a_data_scientist_may_paste_runs():
    from ideas.similarity import requests, subjects

    (lines,) = re.findall(r"^```python\n(.*?)^```", read(DOCS / "similarity.md"), re.MULTILINE | re.DOTALL)
    assert len([line for line in lines.splitlines() if line]) <= 10
    texts = [json.loads(idea)["data_wanted"] for idea in read(ROOT / "ideas/demo/ideas.jsonl").splitlines()[:60]]
    given = {"texts": texts}
    exec(compile(lines, "similarity.md", "exec"), given)  # noqa: S102 - a page of ours
    assert given["labels"].max() > 1
    assert given["labels"].tolist() == subjects(texts).tolist()
    assert given["requests"].tolist() == requests(texts).tolist()
    assert len(given["children"]) == len(given["distances"]) == len(texts) - 1


def test_the_code_page_has_a_row_for_each_room():
    first = re.findall(r"^\| (`.*?`(?:, `.*?`)*) \|", read(DOCS / "code.md"), re.MULTILINE)
    named = {name.strip("`/").removesuffix(".py") for cell in first for name in cell.split(", ")}
    small = {"app", "serving"}  # one module each, which starts what the others hold
    assert named == PLAN.keys() - small


def test_the_first_reading_is_as_short_as_it_says():
    opening = read(DOCS / "code.md").split("\n\n")[1]
    names = re.findall(r"`([\w./]+\.py)`", opening)
    lines = sum(len(read(ROOT / name).splitlines()) for name in names)
    said = int(re.search(r"Under (\d+) lines", opening)[1])
    assert len(names) >= 6
    assert said - 150 < lines < said
