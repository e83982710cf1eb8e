"""Every sentence of the interface exists in English, whole, and no sentence is kept that nobody says any more."""

import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
ENGLISH = ROOT / "ideas/translations/en/LC_MESSAGES/messages.po"
BLANK = re.compile(r"%\(\w+\)[sd]|%%")


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """The sentences marked for translation in the sources."""
    template = tmp_path_factory.mktemp("translations") / "messages.pot"
    pybabel = Path(sys.executable).with_name("pybabel")
    options = ["-F", "pyproject.toml", "-k", "_l", "-k", "lazy_gettext", "-o", template]
    subprocess.run([pybabel, "-q", "extract", *options, "."], cwd=ROOT, check=True)
    return {message.id for message in read_po(BytesIO(template.read_bytes())) if message.id}


@pytest.fixture(scope="module")
def english():
    return {message.id: message for message in read_po(BytesIO(ENGLISH.read_bytes()), locale="en") if message.id}


def forms(words):
    return words if isinstance(words, (tuple, list)) else [words]


def test_sentences_are_found_in_code_and_in_templates(said):
    assert "Aller au contenu" in said and "Votre compte ne permet pas cette action." in said


def test_every_sentence_is_translated(said, english):
    translated = {key for key, message in english.items() if all(forms(message.string)) and not message.fuzzy}
    assert not said - translated


def test_no_translation_outlives_its_sentence(said, english):
    assert not english.keys() - said


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_catalogue_says_how_it_is_read(language):
    head = (ROOT / f"ideas/translations/{language}/LC_MESSAGES/messages.po").read_text(encoding="utf-8")[:1_000]
    assert "charset=utf-8" in head and "Plural-Forms: nplurals=2" in head


def test_a_translation_keeps_the_blanks_of_its_sentence(english):
    wrong = {
        key: message.string
        for key, message in english.items()
        if {*BLANK.findall(forms(key)[-1])} != {*BLANK.findall(forms(message.string)[-1])}
    }
    assert not wrong
