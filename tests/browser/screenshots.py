"""`make screenshots`: draws the pictures of the README again, from a fresh demonstration."""

import tempfile
from pathlib import Path

from tests.browser.chromium import running_chromium
from tests.browser.site import demonstration, sign_in

FOLDER = Path(__file__).parents[2] / "docs/pictures"
DESK, TELEPHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 780}

# name: address, link to follow from there, role, size of the window, colours
PICTURES = {
    "campaign": ("/", None, None, DESK, "light"),
    "ideas": ("/idees", None, None, DESK, "light"),
    "ideas-telephone": ("/idees", None, None, TELEPHONE, "light"),
    "idea": ("/idees", "main h2 a, main h3 a", None, DESK, "light"),
    "new-idea-telephone": ("/idees/nouvelle", None, None, TELEPHONE, "light"),
    "subjects": ("/sujets", None, None, DESK, "light"),
    "subject": ("/sujets", "main .subjects a", None, DESK, "light"),
    "moderation": ("/moderation", None, "moderator", DESK, "light"),
    "editions": ("/donnees", None, None, DESK, "light"),
    "campaign-night": ("/", None, None, DESK, "dark"),
}


def draw(browser, site):
    """Write every picture."""
    sessions = {None: None, "moderator": sign_in(browser, site, "moderator")}
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (address, link, role, size, colours) in PICTURES.items():
        context = browser.new_context(
            base_url=site.address, viewport=size, color_scheme=colours, storage_state=sessions[role], locale="fr-FR"
        )
        page = context.new_page()
        page.goto(address)
        if link:
            page.locator(link).first.click()
            page.wait_for_load_state()
        page.screenshot(path=FOLDER / f"{name}.png")
        context.close()
        print(f"docs/pictures/{name}.png")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, demonstration(Path(folder)) as site, running_chromium() as browser:
        draw(browser, site)
