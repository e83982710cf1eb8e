"""Who may use a view: each view declares it, and the guard test refuses one that says nothing."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.wrappers import Response

from ideas.domain.errors import N_, NotAllowed
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.http.actor import find_actor
from ideas.http.addresses import own_path

Given = ParamSpec("Given")
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def public(view: View) -> View:
    """Declare that anybody may use this view; the guard test refuses a view that says nothing."""
    view.guard = "public"  # type: ignore[attr-defined]
    return view


def carries(*names: str) -> Callable[[View], View]:
    """Declare the names that a page reads in its address: the only ones that its links carry along."""

    def declare(view: View) -> View:
        view.carries = names  # type: ignore[attr-defined]
        return view

    return declare


def needs(
    permission: Permission | None = None,
) -> Callable[[Callable[Given, ResponseReturnValue]], Callable[Given, ResponseReturnValue]]:
    """Let only signed-in people in, and only those who hold `permission` somewhere when one is named.

    Whether they hold it for the campaign at hand is judged by the action.
    """

    def guard(view: Callable[Given, ResponseReturnValue]) -> Callable[Given, ResponseReturnValue]:
        @login_required
        @wraps(view)
        def guarded(*args: Given.args, **given: Given.kwargs) -> ResponseReturnValue:
            if permission is not None:
                if find_actor().must_prove_twice:
                    return _ask_for_second_factor()
                check_can_somewhere(find_actor(), permission)
            return view(*args, **given)

        guarded.guard = str(permission) if permission else "signed in"
        return guarded

    return guard


def _ask_for_second_factor() -> Response:
    """Lead whoever works here to where a second factor is set; what they had typed is told and given back."""
    if request.method not in ("GET", "HEAD"):
        raise NotAllowed(N_("Votre rôle demande un second facteur : mettez-le en place sur la page de votre compte."))
    return redirect(url_for("second_factor.show"), 303)


def ask_to_sign_in() -> Response:
    """Send somebody who is not signed in to the sign-in page, and back here afterwards."""
    here = request.full_path.rstrip("?") if request.method == "GET" else own_path(request.referrer)
    return redirect(url_for("accounts.sign_in", suite=here or None), 303)
