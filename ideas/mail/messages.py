"""What mails say, in French and in English, in plain text; each is put in the outbox by the act it tells of."""

import gettext
import secrets
from datetime import datetime
from urllib.parse import urlsplit

from ideas.config import ROOT
from ideas.domain.accounts import Purpose
from ideas.store.database import db
from ideas.store.models import OutboxMail

# The code stays out of the subject: a locked telephone shows it, and the outbox keeps it after the text is erased.
SIGN_IN = {
    "fr": (
        "Votre code de connexion",
        """Bonjour,

Voici votre code à six chiffres pour le site {site}, valable quinze minutes :

    {code}

{does}Vous pouvez aussi ouvrir ce lien et appuyer sur le bouton de la page :

{link}

Si vous n’avez rien demandé, ne faites rien : personne ne peut se connecter sans ce message.
""",
    ),
    "en": (
        "Your sign-in code",
        """Hello,

Here is your six-digit code for the site {site}, valid for fifteen minutes:

    {code}

{does}You may also open this link and press the button of the page:

{link}

If you did not ask for it, do nothing: nobody can sign in without this message.
""",
    ),
}


def write_sign_in_mail(
    to: str, *, language: str, link: str, code: str, now: datetime, does: Purpose | None = None
) -> None:
    """Put a sign-in mail in the outbox; `does` is what signing in will do besides. The caller commits."""
    subject, body = SIGN_IN.get(language, SIGN_IN["fr"])
    site = urlsplit(link)
    if language == "en":
        link += "?lang=en"
    said = f"{_say(does, language)}\n\n" if does else ""
    _put(
        to,
        subject,
        body.format(site=site.netloc, code=code, link=link, does=said),
        host=site.hostname or "localhost",
        now=now,
    )


def _say(does: Purpose, language: str) -> str:
    """Return what a sign-in will do, in the language of its mail, which no request tells."""
    sentences = gettext.translation("messages", ROOT / "ideas" / "translations", [language], fallback=True)
    return sentences.gettext(does.sentence) % does.facts


def _put(to: str, subject: str, body: str, *, host: str, now: datetime) -> None:
    """Add a mail that is due at once. Its Message-ID is drawn here, so that a second sending is known as one."""
    message_id = f"<{secrets.token_hex(16)}@{host}>"
    db.session.add(OutboxMail(message_id=message_id, to=to, subject=subject, body=body, written_at=now, due_at=now))
