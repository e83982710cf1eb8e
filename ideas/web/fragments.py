"""Parts of pages that are drawn once: known by all that they are made of, so that none can be out of date.

Nothing is looked up here: rows are read at each request, for whoever asks, and a fragment is found by what was read.
What is hidden, renamed, merged or answered has another row, or none. A token never enters a fragment.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import Flask, current_app, g, request
from markupsafe import Markup

from ideas.http.languages import find_language

MOST = 4_096
LONGEST_NAME = 80  # of a campaign: a longer one is no campaign's, and its page is not worth the room


class Fragments:
    """The fragments used last, at most `most` of them."""

    def __init__(self, most: int = MOST) -> None:
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._most, self._lock = most, threading.Lock()

    def find_or_make(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what is kept under `key`, made now if need be; two threads may both make it, to the same effect."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


def open_fragments(app: Flask) -> None:
    """Give templates `kept(macro, …)`: what a macro draws of these arguments, drawn once."""
    app.extensions["fragments"] = Fragments()
    app.jinja_env.globals["kept"] = lambda macro, *given: keep((macro.name, given), lambda: macro(*given))


def keep(key: Hashable, make: Callable[[], Any]) -> Any:
    """Return what `make` makes of all that `key` tells, for pages whose addresses carry the same along."""
    if "fragments_here" not in g:
        campaign = request.args.get("campagne")
        is_known = campaign is None or len(campaign) <= LONGEST_NAME
        g.fragments_here = (find_language(), campaign, request.script_root) if is_known else None
        g.fragments = current_app.extensions["fragments"]
    return g.fragments.find_or_make((g.fragments_here, key), make) if g.fragments_here else make()


def draw(component: str, key: Hashable, tell: Callable[[], Mapping[str, Any]]) -> Markup:
    """Return a component drawn with what `tell` returns; `key` is all that this is made of."""
    return Markup(keep((component, key), lambda: _draw(component, tell())))  # noqa: S704 - a macro escapes its arguments


def _draw(component: str, given: Mapping[str, Any]) -> str:
    module = current_app.jinja_env.get_template(f"components/{component}.html").module
    return str(getattr(module, component)(**given))
