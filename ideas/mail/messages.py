"""What mails say, in French and in English, in plain text; each is put in the outbox by the act it tells of."""

import secrets
from datetime import datetime

from ideas.store.database import db
from ideas.store.models import OutboxMail

SIGN_IN = {
    "fr": (
        "Votre code de connexion : {code}",
        """Bonjour,

Voici votre code à six chiffres, valable quinze minutes :

    {code}

Vous pouvez aussi ouvrir ce lien et appuyer sur le bouton de la page :

    {link}

Si vous n’avez rien demandé, ne faites rien : personne ne peut se connecter sans ce message.
""",
    ),
    "en": (
        "Your sign-in code: {code}",
        """Hello,

Here is your six-digit code, valid for fifteen minutes:

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
    if language == "en":
        link += "?lang=en"
    _put(to, subject.format(code=code), body.format(code=code, link=link), now)


def _put(to: str, subject: str, body: str, now: datetime) -> None:
    message_id = f"<{secrets.token_hex(16)}@idees>"
    db.session.add(OutboxMail(message_id=message_id, to=to, subject=subject, body=body, written_at=now, due_at=now))
