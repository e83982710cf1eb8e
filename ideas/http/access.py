"""Who may use a view: each view declares it, and the guard test refuses one that says nothing."""

from functools import wraps
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.http.actor import find_actor
from ideas.http.addresses import own_path


def public(view: Any) -> Any:
    """Declare that anybody may use this view; the guard test refuses a view that says nothing."""
    view.door = "public"
    return view


def needs(permission: Permission | None = None) -> Any:
    """Let only signed-in people in, and only those who hold `permission` somewhere when one is named.

    Whether they hold it for the campaign at hand is judged by the action.
    """

    def guard(view: Any) -> Any:
        @wraps(view)
        def guarded(*args: Any, **given: Any) -> Any:
            actor = find_actor()
            if not actor.is_signed_in:
                return ask_to_sign_in()
            if permission is not None:
                check_can_somewhere(actor, permission)
            return view(*args, **given)

        guarded.door = permission.value if permission else "signed in"  # type: ignore[attr-defined]
        return guarded

    return guard


def ask_to_sign_in() -> Response:
    """Send somebody who is not signed in to the sign-in page, and back here afterwards."""
    here = request.full_path.rstrip("?") if request.method == "GET" else own_path(request.referrer)
    return redirect(url_for("accounts.sign_in", suite=here or None), 303)
