"""The page of the manual that says who may do what, read from the views and from the rule that they obey."""

import tempfile
from collections import defaultdict
from inspect import getdoc
from typing import NamedTuple

from ideas.config import Config
from ideas.domain.accounts import Role
from ideas.domain.permissions import GRANTED_TO, Permission

INTRODUCTION = """\
# Who may do what

Made from the views and from `ideas/domain/permissions.py` by `ideas manual rights`.

A role is held everywhere, or by an appointment for one campaign or one body (`ideas role`, `ideas appoint`, and the
page of roles of the site). The guard of a page asks whether somebody holds what it needs somewhere; the act asks again,
for the campaign and the body that it is about. Whoever types commands is an administrator of the installation.
"""
MEANS = {
    Permission.MODERATE: "review, hide, restore and merge ideas",
    Permission.TRIAGE: "decide about subjects",
    Permission.ANSWER: "lead requests and answer them; a producer, those of its body",
    Permission.OWN: "run a campaign, its editions and its register, and appoint people",
    Permission.ADMINISTER: "give roles that are held everywhere",
}
SIGNED_IN = "signed in"
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}


class Way(NamedTuple):
    """An address of the site, what it does, and whether it changes something."""

    rule: str
    does: str
    is_change: bool


def rights_page() -> str:
    """Return the table of permissions and roles, then what each permission opens."""
    guarded = list_guarded()
    parts = [INTRODUCTION, _make_table()]
    parts += [
        _list(f"Needs `{one.value}`: {MEANS[one]}", guarded[one.value]) for one in Permission if guarded[one.value]
    ]
    parts.append(_list("Needs to be signed in, about what is one’s own", guarded[SIGNED_IN]))
    return "\n".join(parts)


def list_guarded() -> dict[str, list[Way]]:
    """Return the guarded of the site that are not public, by what they need."""
    from ideas.app import create_app

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(var=folder, secret_key="only to read the addresses of the site"))  # noqa: S106
    guarded = defaultdict(list)
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        does = (getdoc(view) or "").partition("\n")[0]
        guarded[str(getattr(view, "guard", ""))].append(Way(rule.rule, does, bool(CHANGES & (rule.methods or set()))))
    return {need: sorted(listed) for need, listed in guarded.items()} | {
        one: [] for one in (*Permission, SIGNED_IN) if one not in guarded
    }


def _make_table() -> str:
    lines = [f"| may | {' | '.join(Role)} |", f"| --- |{' --- |' * len(Role)}"]
    for one in Permission:
        marks = " | ".join("yes" if role in GRANTED_TO[one] else "" for role in Role)
        lines.append(f"| {MEANS[one]} (`{one.value}`) | {marks} |")
    return "\n".join(lines) + "\n"


def _list(title: str, guarded: list[Way]) -> str:
    rows = [f"| {way.does} | `{way.rule}` | {'yes' if way.is_change else ''} |" for way in guarded]
    return "\n".join([f"## {title}\n", "| does | address | changes something |", "| --- | --- | --- |", *rows]) + "\n"
