"""Several processes that answer at one address, made from one that is ready to: what it has read is there once for all.

The first process answers too. When one ends all of them do, and whoever looks after the service starts it again.
"""

import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_log = logging.getLogger(__name__)


def share_work(count: int, work: Callable[[], None]) -> None:
    """Do `work` in this process and in others, `count` in all, until a signal stops one of them.

    Raises `SystemExit` with a code when one could not go on. Whatever holds a connection closes it beforehand.
    """
    gc.collect()
    gc.freeze()  # the collector writes on what it looks at, which would be a copy for each process
    lifeline, failed = os.pipe(), threading.Event()
    # A signal that came meanwhile would be obeyed by a child as if it were its parent.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    others = [_start(work, lifeline) for _ in range(count - 1)]
    watching = [threading.Thread(target=_end_with_other, args=(number, failed), daemon=True) for number in others]
    try:
        for thread in watching:
            thread.start()
        with suppress(SystemExit):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
            work()
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # each of the others that ends sends one
        for number in others:
            os.kill(number, signal.SIGTERM)
        for number, thread in zip(others, watching, strict=True):
            thread.join()
            os.waitpid(number, 0)
    if failed.is_set():
        raise SystemExit(1)


def _start(work: Callable[[], None], lifeline: tuple[int, int]) -> int:
    number = os.fork()
    if number == 0:
        _be_other(work, lifeline)
    return number


def _be_other(work: Callable[[], None], lifeline: tuple[int, int]) -> None:
    """Work, then end without what the first process has still to do."""
    code = 1
    try:
        os.close(lifeline[1])
        threading.Thread(target=_end_with_first, args=(lifeline[0],), daemon=True).start()
        with suppress(SystemExit):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
            work()
        code = 0
    except BaseException:  # noqa: BLE001 - what is above on the stack belongs to the first process
        _log.exception("a process could not go on")
    finally:
        logging.shutdown()
        sys.stderr.flush()
        os._exit(code)


def _end_with_first(lifeline: int) -> None:
    """Stop once nobody holds the other end, however the first process ended."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _end_with_other(number: int, failed: threading.Event) -> None:
    # Its number stays its own until it is waited for: nobody else is sent what is meant for it.
    ended = os.waitid(os.P_PID, number, os.WEXITED | os.WNOWAIT)
    if ended is not None and ended.si_status != 0:
        failed.set()
        _log.error("process %s ended (%s): the others end too", number, ended.si_status)
    os.kill(os.getpid(), signal.SIGTERM)
