"""How long what is personal is kept: the one place that the purge and the public page both read."""

from datetime import timedelta

from ideas.domain.accounts import SESSION_LIFETIME

SIGN_INS = timedelta(days=1)
SESSIONS = SESSION_LIFETIME
SENT_MAILS = timedelta(days=7)
DRAFTS = timedelta(days=30)
UPLOADS = timedelta(days=1)  # files of ideas that were brought and not imported
JOBS = timedelta(days=90)
# Counts of what was done too often: none lasts longer than its window, a day at most.
HITS = timedelta(days=1)
REPORTS = timedelta(days=90)  # once they were set aside
# What was written beside ideas (uses, comments, changes) and refused: what its writer takes back goes at once.
REFUSED = timedelta(days=90)
# What a redaction took out, for it alone to be taken back.
REDACTED = timedelta(days=7)
# What happened to ideas, and who was told of it.
NEWS = timedelta(days=400)
