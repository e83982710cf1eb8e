"""What mails say, in French and in English, in plain text; each is put in the outbox by the act it tells of."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

from ideas.store.database import db
from ideas.store.models import OutboxMail

# The code stays out of the subject: a locked telephone shows it, and the outbox keeps it after the text is erased.
SIGN_IN = {
    "fr": (
        "Votre code de connexion",
        """Bonjour,

Voici votre code à six chiffres pour le site {site}, valable quinze minutes :

    {code}

Vous pouvez aussi ouvrir ce lien et appuyer sur le bouton de la page :

{link}

Si vous n’avez rien demandé, ne faites rien : personne ne peut se connecter sans ce message.
""",
    ),
    "en": (
        "Your sign-in code",
        """Hello,

Here is your six-digit code for the site {site}, valid for fifteen minutes:

    {code}

You may also open this link and press the button of the page:

{link}

If you did not ask for it, do nothing: nobody can sign in without this message.
""",
    ),
}


def write_sign_in_mail(to: str, *, language: str, link: str, code: str, now: datetime) -> None:
    """Put a sign-in mail in the outbox; the caller commits."""
    subject, body = SIGN_IN.get(language, SIGN_IN["fr"])
    site = urlsplit(link)
    if language == "en":
        link += "?lang=en"
    _put(to, subject, body.format(site=site.netloc, code=code, link=link), host=site.hostname or "localhost", now=now)


def _put(to: str, subject: str, body: str, *, host: str, now: datetime) -> None:
    """Add a mail that is due at once. Its Message-ID is drawn here, so that a second sending is known as one."""
    message_id = f"<{secrets.token_hex(16)}@{host}>"
    db.session.add(OutboxMail(message_id=message_id, to=to, subject=subject, body=body, written_at=now, due_at=now))
