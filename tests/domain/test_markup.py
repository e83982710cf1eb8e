"""Markup of others becomes what a reader saw; what somebody typed stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideas.domain.markup import read_markup

READ = {
    "entities": ("Mobilité &eacute;lectrique", "Mobilité électrique"),
    "numbers": ("l&#39;eau, l&#x27;air, l&#39air", "l'eau, l'air, l'air"),
    "no semicolon": ("qualit&eacute de l&rsquo;eau, 5 &lt 6", "qualité de l’eau, 5 < 6"),
    "inside a word": ("&eacutet&eacute &agrave la mer", "été à la mer"),
    "twice": ("air &amp;amp; bruit, &amp;eacute;t&amp;eacute;", "air & bruit, été"),
    "spaces": ("bornes&nbsp;et puissances&nbsp;: «&nbsp;oui&nbsp;»", "bornes et puissances\xa0: «\xa0oui\xa0»"),
    "paragraphs": ('<p>un</p>\n<p class="x">deux<br/>trois</p>', "un\ndeux\ntrois"),
    "lists": ("<ul><li>a</li>\n  <li><strong>b</strong> c</li></ul>", "a\nb c"),
    "links": ('voir <a href="https://x.example/?a=1&amp;b=2" target=_blank>le site</a>', "voir le site"),
    "tables": ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
    "code": ("a<script>if (x<y) alert()</script>b<!-- c -->d<style>p{}</style>", "abd"),
    "inline only": ("une\ndeux <em>trois</em>", "une\ndeux trois"),
    "encoded tags": ("&lt;p&gt;un&lt;/p&gt;&lt;p&gt;deux&lt;/p&gt;", "un\ndeux"),
}
STAYS = ["a < b", "a<b et b>c", "si a <b et c> d", "R&D", "AT&T, B&B;", "<à définir>", "x <jean@x.fr>", "<3", "5 <6> 4"]
STAYS += [
    "https://x.example/?a=1&copy=2&lt=3",
    "&copyright",
    "prix <strong",
    "<!-- sans fin",
    "l1\n\n  l2",
    "100 % & plus",
]


@pytest.mark.parametrize("written, seen", READ.values(), ids=READ.keys())
def test_markup_becomes_what_a_reader_saw(written, seen):
    assert read_markup(written) == seen


@pytest.mark.parametrize("text", STAYS)
def test_what_somebody_typed_stays(text):
    assert read_markup(text) == text


@given(st.text(st.characters(exclude_characters="<&")))
def test_a_text_without_signs_of_markup_is_untouched(text):
    assert read_markup(text) == text


@given(st.text(st.sampled_from("<>/&; abp=\"'!-#1")))
def test_a_text_that_was_read_has_nothing_more_to_read(text):
    read = read_markup(text)
    assert "<p>" not in read and "&amp;" not in read and "<b>" not in read
