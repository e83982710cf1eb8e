"""A Chromium and a living demonstration; nothing here is ever skipped."""

import pytest

from tests.browser.chromium import running_chromium
from tests.browser.inspection import watch
from tests.browser.site import demonstration, sign_in


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The demonstration: its `address`, and its sign-in `links` by role."""
    with demonstration(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    """A Chromium, closed with the module: Playwright's event loop would disturb the tests that come after."""
    with running_chromium() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def sessions():
    """What the browser remembers of each role once signed in, since a link works once."""
    return {}


@pytest.fixture
def open_page(site, browser, sessions):
    """Opens an address: `open_page("/idees", role="moderator", width=360, scripts=False, colours="dark")`."""
    contexts = []

    def remember(role):
        if role not in sessions:
            sessions[role] = sign_in(browser, site, role)
        return sessions[role]

    def open_page(address, *, role=None, width=1280, scripts=True, colours="light"):
        context = browser.new_context(
            base_url=site.address,
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
            color_scheme=colours,
            locale="fr-FR",
            storage_state=remember(role) if role else None,
        )
        contexts.append(context)
        page = watch(context.new_page())
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
