"""What comes from people who are not signed in, counted in the memory of this process: no statement is paid for it."""

from flask import current_app

from ideas.domain.floods import Flood
from ideas.http.clock import now

# By form: the setting that says how many are far above what is usual.
SETTINGS = {"sign-in": "flood_sign_ins", "idea": "flood_ideas", "report": "flood_reports"}


def is_flooded(form: str) -> bool:
    """Count one more sending of a form, and tell whether so many came that each should be proven."""
    floods: dict[str, Flood] = current_app.extensions.setdefault("floods", {})
    if form not in floods:
        floods[form] = Flood(getattr(current_app.config["IDEAS"], SETTINGS[form]))
    return floods[form].rises(now())
