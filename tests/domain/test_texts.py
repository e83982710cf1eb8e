"""What is typed and not seen: invisible letters, marks stacked on one letter, links in what is mailed."""

import pytest

from ideas.domain.errors import Invalid, UnreadableText
from ideas.domain.ideas import check_idea
from ideas.domain.texts import MOST_MARKS, check_text, clean_text

MARK = "\u0301\u0316"


@pytest.mark.parametrize(
    "text",
    [
        "ㅤ",
        "\u2800\u2800",
        "ﾠ \u3164",
        "\u200d\u200c",
        "\ufe0f",
        "\u0301",
        "\U000e0041",
        "\u061c",
        " \u3000 ",
    ],
)
def test_a_text_in_which_nothing_is_seen_is_empty(text):
    assert clean_text(text) == ""
    with pytest.raises(Invalid) as refused:
        check_idea({"title": text, "data_wanted": "x"}, imported=True)
    assert "Donnez un titre" in refused.value.errors["title"].message


@pytest.mark.parametrize("text", ["é", "中", "🚲", "👩‍👩‍👧", "1️⃣", "ع", "…", "क्षि", "Ａ", "한글", "ㅤ見"])
def test_what_is_seen_is_kept(text):
    assert clean_text(text) == text


def test_a_refused_character_alone_is_told_of():
    assert clean_text("\u202e") == "\u202e"
    with pytest.raises(UnreadableText):
        check_text(clean_text("\u202e"), longest=10)


@pytest.mark.parametrize("between", ["", "\u200d", "\u034f", "\u200c"])
def test_marks_stacked_on_a_letter_are_cut(between):
    stacked = clean_text(f"a{(MARK + between) * 500}b")
    assert sum(sign in MARK for sign in stacked) <= MOST_MARKS and stacked.endswith("b")


@pytest.mark.parametrize("text", ["Việt Nữ ồ", "שָׁ֖לוֹם", "มีที่นี่", "བསྒྲུབས", "क्ष्म्य", "e\u0301\u0323\u0308 ok", "🏳️‍🌈🏳️‍🌈🏳️‍🌈"])
def test_what_scripts_need_is_kept(text):
    assert clean_text(text) == clean_text(clean_text(text)) and len(clean_text(text)) >= len(text) - 3
