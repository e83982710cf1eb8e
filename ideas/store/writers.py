"""Whose turn it is to write on SQLite, which lets one writer in at a time and forgets who came first.

The writers of a process stand in line and the first one alone asks the database, so that nobody is overtaken. Other
processes are met at the database itself. A turn lasts as long as the transaction of its connection, however that ends.
"""

import sqlite3
import threading
import time
from collections import deque

PATIENCE = 5.0  # seconds: a write that could not begin by then is refused
SLOW = 0.5  # seconds: while one turn lasts longer, only a few keep waiting behind it
FEW = 4  # those few, unless told otherwise: the other threads are for readers
PAUSE = 0.002  # seconds between two looks at the lock of another process; SQLite's own waits grow to 100 ms


class Busy(Exception):
    """A write could not begin in time; nothing of it was done."""


class Turn:
    """A place in the line; `came` once it is the first, `since` when."""

    def __init__(self) -> None:
        self.came = threading.Event()
        self.since = 0.0


class Line:
    """First come, first served; beyond `few`, nobody waits behind a turn that lasts."""

    def __init__(self, few: int = FEW) -> None:
        self.few = few
        self._turns: deque[Turn] = deque()
        # Re-entrant: a connection that is collected as garbage leaves the line from within any of our own calls.
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._turns)

    def wait(self, until: float) -> Turn:
        """Return our turn once it has come; raise `Busy` when it did not by `until`, on the monotonic clock."""
        turn = Turn()
        with self._lock:
            self._turns.append(turn)
            self._call_first()
        try:
            while not turn.came.is_set():
                turn.came.wait(self._find_wait(turn, until))
        except BaseException:
            self.leave(turn)
            raise
        return turn

    def leave(self, turn: Turn) -> None:
        """End a turn, or give up a place in the line; asked twice, it is done once."""
        with self._lock:
            if turn in self._turns:
                self._turns.remove(turn)
            self._call_first()

    def _call_first(self) -> None:
        if self._turns and not self._turns[0].came.is_set():
            self._turns[0].since = time.monotonic()
            self._turns[0].came.set()

    def _find_wait(self, turn: Turn, until: float) -> float:
        with self._lock:
            if turn.came.is_set():
                return 0
            is_one_of_few = self._turns.index(turn) < self.few
            limit = until if is_one_of_few else min(until, self._turns[0].since + SLOW)
        left = limit - time.monotonic()
        if left <= 0:
            raise Busy
        return left


class Connection(sqlite3.Connection):
    """A connection of the standard library that stands in line before it writes."""

    line: Line | None = None
    turn: Turn | None = None

    def begin_to_write(self) -> None:
        """Begin a transaction that holds the lock of writers; raise `Busy` when that cannot be had in time."""
        until = time.monotonic() + PATIENCE
        self.turn = self.line.wait(until) if self.line is not None else None
        try:
            self._begin(until)
        finally:
            self._leave()

    def commit(self) -> None:
        """Keep what was written, and let the next one write."""
        try:
            super().commit()
        finally:
            self._leave()

    def rollback(self) -> None:
        """Give up what was written, and let the next one write."""
        try:
            super().rollback()
        finally:
            self._leave()

    def close(self) -> None:
        """Close the connection; whatever was begun is given up."""
        try:
            super().close()
        finally:
            self._leave(is_closed=True)

    def __del__(self) -> None:
        self._leave(is_closed=True)

    def _begin(self, until: float) -> None:
        self.execute("PRAGMA busy_timeout=0").close()
        try:
            while not self._has_begun():
                if time.monotonic() >= until:
                    raise Busy
                time.sleep(PAUSE)
        finally:
            self.execute(f"PRAGMA busy_timeout={PATIENCE * 1_000:.0f}").close()

    def _has_begun(self) -> bool:
        try:
            self.execute("BEGIN IMMEDIATE").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    def _leave(self, *, is_closed: bool = False) -> None:
        """End our turn unless its transaction goes on."""
        turn, line = self.turn, self.line
        if turn is not None and line is not None and (is_closed or not self.in_transaction):
            self.turn = None
            line.leave(turn)
