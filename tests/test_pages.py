"""The house rules themselves: a sound page passes, and each fault is found."""

from types import SimpleNamespace as a

import pytest

from tests.pages import Page

SOUND = """<!doctype html><html lang="fr"><head><title>Idées</title></head><body>
<a href="#contenu">Aller au contenu</a><main id="contenu"><h1>Une <em>idée</em></h1>
<form method="post" action="/idees"><input type="hidden" name="csrf_token" value="jeton">
<label for="titre">Titre</label><input id="titre" name="title" value="Bus">
<label>Texte <textarea name="body">
Horaires &amp; lignes</textarea></label>
<label><input type="checkbox" name="consent" value="y"> D’accord</label>
<button name="act" value="send">Envoyer</button><button formaction="/brouillon" form="brouillon">Garder</button></form>
<form id="brouillon" method="post"><input type="hidden" name="csrf_token" value="autre"></form>
</main></body></html>"""

FAULTS = {
    "no language": ('<html lang="fr">', "<html>", "language"),
    "empty title": ("<title>Idées</title>", "<title> · </title>", "one title"),
    "two h1": ("</main>", "<h1>Encore</h1></main>", "one h1"),
    "id used twice": ("</main>", '<p id="titre"></p></main>', "used twice"),
    "field without a label": ('<label for="titre">Titre</label>', "Titre", "no label"),
    "label for nothing": ("</main>", '<label for="rien">Rien</label></main>', "points to nothing"),
    "hint that is not there": ('name="title"', 'name="title" aria-describedby="aide"', "points to nothing"),
    "skip link to nothing": ('href="#contenu"', 'href="#rien"', "lead nowhere"),
    "no skip link": ('<a href="#contenu">', '<a href="/">', "skips to the content"),
    "form that can be forged": ('<input type="hidden" name="csrf_token" value="jeton">', "", "forged"),
    "picture without alternative": ("</main>", '<img src="/x.svg"></main>', "no alternative"),
    "inline style": ("<main ", '<main style="color:red" ', "goes to the sheet"),
    "style element": ("</head>", "<style>p{}</style></head>", "goes to the sheet"),
    "inline handler": ("<main ", '<main onclick="f()" ', "a handler"),
    "inline script": ("</main>", "<script>f()</script></main>", "a script"),
    "blank of a translation": ("Envoyer", "Envoyer %(count)s idées", "leftover"),
    "missing value": ("Envoyer", "Envoyer None", "leftover"),
}


def read(html):
    return Page(a(get_data=lambda **_: html, request=a(path="/idees/nouvelle")))


def test_a_sound_page_passes():
    read(SOUND).check_house_rules()


@pytest.mark.parametrize("before, after, reason", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_found(before, after, reason):
    assert SOUND.count(before) >= 1
    with pytest.raises(AssertionError, match=reason):
        read(SOUND.replace(before, after, 1)).check_house_rules()


def test_a_form_is_read_as_a_browser_sends_it():
    page = read(SOUND)
    sent = {"csrf_token": "jeton", "title": "Bus", "body": "Horaires & lignes"}
    assert page.fields(page.find_form("/idees")) == sent
    assert page.fields(page.find_form("/brouillon")) == {"csrf_token": "autre"}


def test_text_is_read_without_its_tags():
    assert "Une idée Titre Texte Horaires & lignes D’accord Envoyer Garder" in read(SOUND).text
