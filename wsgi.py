"""The application for a WSGI server of your own; `ideas serve` needs no other."""

from ideas.app import create_app

app = create_app()
