"""What all threads of an application share beside the database: one place for it, and no module with a memory."""

import threading
from collections.abc import Callable
from typing import TypeVar

from flask import current_app

Shared = TypeVar("Shared")
_making = threading.Lock()


def shared(name: str, make: Callable[[], Shared]) -> Shared:
    """Return what the open application keeps under `name` among its extensions, made at the first call, once."""
    with _making:
        if name not in current_app.extensions:
            current_app.extensions[name] = make()
        kept: Shared = current_app.extensions[name]
        return kept
