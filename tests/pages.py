"""Reading pages as a person's software does, and visiting them; each page read is held to the house rules."""

import contextvars
import re
import time
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from flask import has_app_context
from flask.testing import FlaskClient

from ideas.actions.sessions import open_session
from ideas.store.database import db

INLINE = {"a", "abbr", "b", "em", "i", "mark", "small", "span", "strong", "sub", "sup", "time"}
UNTYPED = {"hidden", "submit", "button", "image", "reset"}
REFERENCES = ("for", "form", "list", "aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage")
LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\(\w+\)|\bNone\b|\bUndefined\b")


class Client(FlaskClient):
    """A client whose requests share nothing with the test but the database."""

    def open(self, *args, **given):
        if has_app_context():
            db.session.commit()  # on SQLite, an open transaction of the test would keep the request waiting
        return contextvars.Context().run(super().open, *args, **given)


class Page(HTMLParser):
    """The tags and the text of a page: `tags` lists (name, attributes) in order, `text` is what is read."""

    def __init__(self, response):
        super().__init__()
        self.response, self.html = response, response.get_data(as_text=True)
        self.tags, self._open, self._words, self._labels = [], [], [], 0
        self.feed(self.html)
        self.text = " ".join("".join(self._words).split())

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self._labels += tag == "label"
        self._words.append("" if tag in INLINE else " ")
        self._open.append(tag)
        self.tags.append((tag, attributes | {"labelled": bool(self._labels), "words": ""}))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self._open.pop()

    def handle_endtag(self, tag):
        self._labels -= tag == "label"
        self._words.append("" if tag in INLINE else " ")
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if self._open and self._open[-1] not in ("script", "style"):
            self._words.append(data)
        if self.tags and self._open and self.tags[-1][0] == self._open[-1]:
            self.tags[-1][1]["words"] += data

    def all(self, *names):
        """The attributes of each tag of these names."""
        return [attributes for tag, attributes in self.tags if tag in names]

    def links(self):
        """Where the page leads."""
        return [urljoin(self.response.request.path, a["href"]) for a in self.all("a") if "href" in a]

    def fields(self, form):
        """What a browser would send of `form` (a number) as it stands: name to value, or to values."""
        sent, current, choosing = {}, -1, None
        for tag, field in self.tags:
            current += tag == "form"
            name = field.get("name")
            if current == form and tag == "option" and choosing in sent and "selected" in field:
                sent[choosing] = field["value"]
            choosing = name if tag == "select" else choosing
            if current != form or not name or tag not in ("input", "textarea", "select"):
                continue
            if field.get("type") in ("checkbox", "radio") and "checked" not in field:
                continue
            if field.get("type") not in ("submit", "button"):
                sent[name] = (
                    field["words"].removeprefix("\r").removeprefix("\n")
                    if tag == "textarea"
                    else field.get("value", "")
                )
        return sent

    def find_form(self, action):
        """The number of the form that posts to `action`, by itself or by one of its buttons."""
        forms = self.all("form")
        buttons = [b.get("form") for b in self.all("button") if b.get("formaction") == action]
        here = self.response.request.path
        query = getattr(self.response.request, "query_string", b"").decode()
        whole = f"{here}?{query}" if query else here
        posts = [(i, f) for i, f in enumerate(forms) if f.get("method", "").lower() == "post"]
        fits = [i for i, f in posts if f.get("action", whole) == action or (f.get("id") or 0) in buttons]
        assert fits, f"no form of {here} posts to {action}"
        return fits[0]

    def check_house_rules(self):
        """Refuse a page that a screen reader, a keyboard or our security policy would trip over."""
        tags = [attributes for _, attributes in self.tags]
        ids = [attributes["id"] for attributes in tags if "id" in attributes]
        assert self.all("html")[0].get("lang"), "say the language of the page"
        assert len([t for t in self.all("title") if t["words"].strip(" ·")]) == 1, "one title"
        assert len(self.all("h1")) == 1, "one h1"
        assert len(ids) == len(set(ids)), "an id is used twice"
        for name in REFERENCES:
            known = {"", *ids}
            lost = [t[name] for t in tags if not set(t.get(name, "").split()) <= known]
            assert not lost, f"{name} points to nothing: {lost}"
        lost = [a["href"] for a in self.all("a") if a.get("href", "").startswith("#") and a["href"][1:] not in ids]
        assert not lost, f"links lead nowhere: {lost}"
        assert self.all("a")[0].get("href", "").startswith("#"), "the first link skips to the content"
        self._check_fields()
        self._check_policy()
        assert not (found := LEFTOVER.search(self.text)), f"a leftover is shown: {found}"

    def _check_fields(self):
        named = {label.get("for") for label in self.all("label")}
        fields = [f for f in self.all("input", "textarea", "select") if f.get("type") not in UNTYPED]
        for field in fields:
            is_named = field["labelled"] or field.get("id") in named or field.keys() & {"aria-label", "aria-labelledby"}
            assert is_named, f"a field has no label: {field}"
        for number, form in enumerate(self.all("form")):
            if form.get("method", "get").lower() == "post":
                assert self.fields(number).get("csrf_token"), f"a form can be forged: {form}"
        assert all("alt" in image for image in self.all("img")), "a picture has no alternative"

    def _check_policy(self):
        for tag, attributes in self.tags:
            assert tag != "style" and "style" not in attributes, f"style goes to the sheet: {tag} {attributes}"
            assert not [name for name in attributes if name.startswith("on")], f"a handler in the page: {attributes}"
            if tag == "script":
                assert attributes.get("src") or attributes.get("type") == "application/ld+json", "a script in the page"


class Visitor:
    """Somebody with a browser without scripts: `visit(address)`, `visit.submit(page, action, field=value)`."""

    def __init__(self, client):
        self.client = client

    def __call__(self, address, *, status=200):
        return self._read(self.client.get(address), status)

    def submit(self, page, action, *, status=200, **values):
        """Fill in the form of `page` that posts to `action`, send it and follow where it leads."""
        sent = page.fields(page.find_form(action)) | values
        return self._read(self.client.post(action, data=sent, follow_redirects=True), status)

    def sign_in(self, person):
        """Be `person` from now on, as after their sign-in."""
        key = open_session(person.id, browser="", now=datetime.now(UTC))
        with self.client.session_transaction() as session:
            begun, known_by = time.time(), f"{person.id}.{person.session_number}.{key}"
            session.update(_user_id=known_by, _fresh=True, started_at=begun, seen_at=begun)
        return self

    def _read(self, response, status):
        assert response.status_code == status, f"{urlsplit(response.request.path).path}: {response.status}"
        page = Page(response)
        page.check_house_rules()
        return page
