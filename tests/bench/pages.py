"""Rows on pages and acts: milliseconds of processor a request, server and database, beside the floor in the same run.

Wall times are not told: on a machine that others use they say nothing. What Question2Answer 1.8.8 took elsewhere is
beside as a note; only what is measured here can be compared.
"""

from __future__ import annotations

import random
import re
from itertools import cycle
from urllib.parse import urlencode

from tests.bench.rows import row
from tests.bench.site import CAST, floor_of, served

ROUNDS, REQUESTS, WARMING = 3, 150, 10  # the system counts processor time by hundredths of a second
VOTES_EACH = 10
QUERIES = ("horaires bus", "qualité rivière", "permis forêt", "compteur énergie", "gare retard")
FORM = {
    "title": "Horaires réels des cars régionaux",
    "data_wanted": "Les horaires réels de passage à chaque arrêt de la région.",
    "planned_use": "Un panneau à la gare et une application.",
    "use_kinds": "public_service",
    "profile": "individual",
    "consent": "y",
}
QUESTION2ANSWER = {"list": 5.6, "search": 81, "idea": 6.6, "vote": 7.0, "submit": 30.5}


@row("pages and acts", "ideas, SQLite", most=100_000)
def sqlite(case):
    _measure(case, "sqlite")


@row("pages and acts", "ideas, PostgreSQL", most=100_000)
def postgresql(case):
    _measure(case, "postgresql")


def _measure(case, engine):
    size = len(case.texts)
    with served(engine, size, VOTES_EACH * size) as site:
        visitor = Visitor(site, size)
        page = visitor.ask("GET", "/idees")[1]
        with floor_of(site, len(page)) as floor:
            kinds = visitor.kinds() | {"floor": Visitor(floor, size).floor, "hello": Visitor(floor, size).hello}
            places = {name: floor if name in ("floor", "hello") else site for name in kinds}
            taken = case.measure(lambda: _alternate(kinds, places), len(kinds) * ROUNDS * REQUESTS)
    case.note(list_bytes=len(page), **{f"{name}_ms": taken[name] for name in kinds})
    case.note(
        list_share_of_floor=taken["floor"] / taken["list"],
        again_share_of_list=taken["again"] / taken["list"],
        far_share_of_list=taken["list"] / taken["far"],
        hot_share_of_vote=taken["hot"] / taken["vote"],
        **{f"{name}_q2a_note": figure / taken[name] for name, figure in QUESTION2ANSWER.items()},
    )


def _alternate(kinds, places):
    """Ask each kind in turn, several times over; return the milliseconds of processor of each, its best round."""
    rounds = {name: [] for name in kinds}
    for ask in kinds.values():
        for _ in range(WARMING):
            ask()
    for _ in range(ROUNDS):
        for name, ask in kinds.items():
            before = places[name].processor()
            for _ in range(REQUESTS):
                ask()
            rounds[name].append((places[name].processor() - before) * 1_000 / REQUESTS)
    return {name: min(figures) for name, figures in rounds.items()}


class Visitor:
    """Somebody who asks a site for one thing after the other, over one connection."""

    def __init__(self, site, size):
        self.site, self.size, self.drawn = site, size, random.Random(5)
        self.connection, self.asked = site.connect(), 0

    def kinds(self):
        """Return what is asked for, by name."""
        return {
            "list": lambda: self.ask("GET", "/idees"),
            "again": self.make_again("/idees"),
            "far": self.make_far(),
            "search": lambda: self.ask("GET", f"/idees?{urlencode({'q': self.drawn.choice(QUERIES)})}"),
            "idea": lambda: self.ask("GET", f"/idees/{self.draw_number()}"),
            "list_known": lambda: self.ask("GET", "/idees", headers=self.cookie(3)),
            "idea_known": lambda: self.ask("GET", f"/idees/{self.draw_number()}", headers=self.cookie(3)),
            "vote": self.make_vote(1, self.draw_number),
            "hot": self.make_turns(2, 1),
            "submit": self.make_submit(),
        }

    def ask(self, method, path, body=None, headers=None, *, expected=(200,)):
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        page = answer.read()
        if answer.status not in expected:
            raise RuntimeError(f"{method} {path} gave {answer.status}")
        return answer, page

    def floor(self):
        self.ask("GET", "/list")

    def hello(self):
        self.ask("GET", "/")

    def draw_number(self):
        return self.drawn.randint(2, self.size)

    def cookie(self, person):
        return {"Cookie": f"session={self.site.cookies[str(person)]}"}

    def make_again(self, path):
        """Ask for a page that is known, as it was at the last visit: a vote came between two rounds."""
        kept = {}

        def ask_again():
            answer = self.ask("GET", path, headers=kept, expected=(200, 304))[0]
            kept["If-None-Match"] = answer.headers["ETag"]

        return ask_again

    def make_far(self):
        """Follow the link to the page after the one that is a fiftieth of the ideas from the first."""
        page = self.ask("GET", f"/idees?page={max(1, self.size // 50 - 1)}")[1].decode()
        address = re.search(r'href="([^"]+)" rel="next"', page)[1].replace("&amp;", "&")
        return lambda: self.ask("GET", address)

    def sign(self, person, path):
        """Return the headers and the token of a person who has the form of a page before their eyes."""
        answer, page = self.ask("GET", path, headers=self.cookie(person))
        given = answer.headers.get("Set-Cookie")
        cookie = {"Cookie": given.split(";")[0]} if given else self.cookie(person)
        token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)[1].decode()
        return cookie | {"Content-Type": "application/x-www-form-urlencoded"}, token

    def make_vote(self, person, draw):
        headers, token = self.sign(person, "/idees")
        body = urlencode({"csrf_token": token})

        def vote():
            number = draw()
            self.ask("POST", f"/idees/{number}/vote?liste=1", body, headers | {"X-Fragment": f"v{number}"})

        return vote

    def make_turns(self, person, number):
        """Support the idea that has most votes, take it back, and so on."""
        headers, token = self.sign(person, "/idees")
        body, turns = urlencode({"csrf_token": token}), iter(("", "/retrait") * (ROUNDS * REQUESTS + WARMING))
        headers |= {"X-Fragment": f"v{number}"}
        return lambda: self.ask("POST", f"/idees/{number}/vote{next(turns)}?liste=1", body, headers)

    def make_submit(self):
        # By turns: one person may not send so many.
        signed = cycle([self.sign(person, "/idees/nouvelle") for person in range(10, CAST + 1)])

        def submit():
            self.asked += 1
            headers, token = next(signed)
            given = FORM | {"title": f"{FORM['title']} {self.asked}", "csrf_token": token}
            self.ask("POST", "/idees/nouvelle", urlencode(given), headers, expected=(303,))

        return submit
