"""The inspection itself: a sound page passes, and each kind of fault is found."""

import pytest

from tests.browser.inspection import check_page, watch

SOUND = """<!doctype html><html lang="fr"><head><title>Idées</title></head>
<body><main><h1>Idées</h1><p>Rien à dire.</p></main></body></html>"""

FORBID_STYLES = """<script>
document.head.insertAdjacentHTML("beforeend", `<meta http-equiv="Content-Security-Policy" content="style-src 'none'">`)
document.body.append(document.createElement("style"))
</script>"""

FAULTS = {
    "picture without alternative": ('<img src="data:," width="9" height="9">', "axe image-alt"),
    "grey on white": ('<p style="color:#bbb;background:#fff">Pâle</p>', "axe color-contrast"),
    "wide table": ('<div style="width:340px">Large</div>', "wider than 320 px"),
    "script error": ("<script>nowhere()</script>", "nowhere is not defined"),
    "refused by the policy": (f'{FORBID_STYLES}<p style="color:red">Rouge</p>', "Content Security Policy"),
}


@pytest.fixture
def page(browser):
    page = watch(browser.new_page(viewport={"width": 800, "height": 600}))
    yield page
    page.close()


def test_a_sound_page_passes(page):
    page.set_content(SOUND)
    check_page(page)
    assert page.viewport_size == {"width": 800, "height": 600}


@pytest.mark.parametrize("fault, reason", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_found(page, fault, reason):
    page.set_content(SOUND.replace("</main>", f"{fault}</main>"))
    with pytest.raises(AssertionError, match=reason):
        check_page(page)
