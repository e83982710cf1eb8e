"""Which worker runs which test: those that share a demonstration stay together, so that it is loaded once."""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/browser/", "tests/test_processes.py")


class Together(LoadScopeScheduling):
    """Hands tests out one by one but for `TOGETHER`, which come first.

    The groups of pytest-xdist would say the same; pytest 9.2 no longer sees them.
    """

    def _split_scope(self, nodeid):
        return next((start for start in TOGETHER if nodeid.startswith(start)), nodeid)
