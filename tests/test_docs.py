"""Documents that say what the code says are kept true here."""

from pathlib import Path

from ideas.exports.package import write_manual

DOCS = Path(__file__).parent.parent / "docs"


def test_the_data_dictionary_is_what_the_columns_say():
    assert (DOCS / "data-dictionary.md").read_text(encoding="utf-8") == write_manual()


def test_every_page_of_the_manual_that_is_named_exists():
    for page in [*DOCS.glob("*.md"), DOCS.parent / "README.md"]:
        links = [part.split(")")[0] for part in page.read_text(encoding="utf-8").split("](")[1:]]
        for link in links:
            if "://" not in link:
                assert (page.parent / link.split("#")[0]).exists(), f"{page.name} names {link}"
