"""Who may use a view: each view declares it, and the guard test refuses one that says nothing."""

from functools import wraps
from typing import Any

from flask import redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from ideas.domain.accounts import Act, check_can
from ideas.http.actor import find_actor
from ideas.http.addresses import own_path


def public(view: Any) -> Any:
    """Declare that anybody may use this view; the guard test refuses a view that says nothing."""
    view.door = "public"
    return view


def needs(act: Act | None = None) -> Any:
    """Let only signed-in people in, and only those who may do `act` when one is named."""

    def guard(view: Any) -> Any:
        @login_required
        @wraps(view)
        def guarded(*args: Any, **given: Any) -> Any:
            if act is not None:
                check_can(find_actor().role, act)
            return view(*args, **given)

        guarded.door = act.value if act else "signed in"
        return guarded

    return guard


def ask_to_sign_in() -> Response:
    """Send somebody who is not signed in to the sign-in page, and back here afterwards."""
    here = request.full_path.rstrip("?") if request.method == "GET" else own_path(request.referrer)
    return redirect(url_for("accounts.sign_in", suite=here or None), 303)
