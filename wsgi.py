"""The application for a WSGI server of your own; `ideas serve` needs no other."""

import os

from ideas.app import create_app

os.umask(0o077)  # what the site writes is for its user alone
app = create_app()
