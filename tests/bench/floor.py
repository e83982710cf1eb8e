"""The least that a list page can cost: the same server, one query, as many bytes as the product sends, no template.

`python -m tests.bench.floor PORT BYTES` serves `/` (a word) and `/list` from the database that the environment names.
"""

import sys

import sqlalchemy as sa
from flask import Flask
from markupsafe import escape

from ideas.config import Config
from ideas.serving import make_server, reserve, stop_cleanly_on_signals

LIST = sa.text(
    "SELECT id, title, substr(data_wanted, 1, 160) AS beginning, vote_count FROM ideas"
    " WHERE campaign_id = 1 AND publication = 'published' ORDER BY vote_count DESC, id DESC LIMIT 20"
)
CARD = '<article><h2><a href="/idees/{}">{}</a></h2><p>{}</p><p><b>{}</b></p></article>'


def make_app(size):
    """Return the application; its list is filled up to `size` bytes."""
    app, engine = Flask("floor"), sa.create_engine(Config.from_environment().database)

    @app.get("/")
    def hello():
        return "hello"

    @app.get("/list")
    def list_ideas():
        with engine.connect() as connection:
            rows = connection.execute(LIST).all()
        cards = "".join(CARD.format(row.id, escape(row.title), escape(row.beginning), row.vote_count) for row in rows)
        return cards + " " * (size - len(cards))

    return app


if __name__ == "__main__":
    stop_cleanly_on_signals()
    make_server(make_app(int(sys.argv[2])), reserve("127.0.0.1", int(sys.argv[1])), threads=4).run()
