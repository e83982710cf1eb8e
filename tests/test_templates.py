"""Every template compiles with the filters and the functions of the site, and names only files that exist."""

import re
from pathlib import Path

import pytest
from jinja2 import meta

from ideas.app import create_app
from ideas.config import Config

FOLDER = Path(__file__).parent.parent / "templates"
NAMES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*") if path.suffix != ".md")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    return create_app(Config(var=str(tmp_path_factory.mktemp("var")), secret_key="only for tests " * 3)).jinja_env


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles(environment, name):
    environment.get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_names_files_that_exist(environment, name):
    tree = environment.parse((FOLDER / name).read_text())
    assert {named for named in meta.find_referenced_templates(tree) if named} <= set(NAMES)


def test_only_words_written_here_are_trusted():
    trusted = {name: re.findall(r"(.)\s*\|\s*safe\b", (FOLDER / name).read_text()) for name in NAMES}
    assert not {name for name, before in trusted.items() if set(before) - {'"', "'"}}


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_read_without_scrolling_and_builds_no_list(name):
    source = (FOLDER / name).read_text()
    assert max(map(len, source.splitlines())) <= 160, "break the line inside a tag, where it changes nothing"
    assert not re.findall(r"\.(?:append|extend|update)\(", source), "a list is made in Python"
