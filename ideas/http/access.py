"""Who may use a view: each view declares it, and the guard test refuses one that says nothing."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ideas.domain.accounts import Act, check_can
from ideas.http.actor import find_actor
from ideas.http.addresses import own_path

Given = ParamSpec("Given")
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def public(view: View) -> View:
    """Declare that anybody may use this view; the guard test refuses a view that says nothing."""
    view.door = "public"  # type: ignore[attr-defined]
    return view


def needs(
    act: Act | None = None,
) -> Callable[[Callable[Given, ResponseReturnValue]], Callable[Given, ResponseReturnValue]]:
    """Let only signed-in people in, and only those who may do `act` when one is named."""

    def guard(view: Callable[Given, ResponseReturnValue]) -> Callable[Given, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: Given.args, **given: Given.kwargs) -> ResponseReturnValue:
            actor = find_actor()
            if not actor.is_signed_in:
                return ask_to_sign_in()
            if act is not None:
                check_can(actor.role, act)
            return view(*args, **given)

        guarded.door = str(act) if act else "signed in"  # type: ignore[attr-defined]
        return guarded

    return guard


def ask_to_sign_in() -> Response:
    """Send somebody who is not signed in to the sign-in page, and back here afterwards."""
    here = request.full_path.rstrip("?") if request.method == "GET" else own_path(request.referrer)
    return redirect(url_for("accounts.sign_in", suite=here or None), 303)
