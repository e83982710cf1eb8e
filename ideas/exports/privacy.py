"""What is never published, even when a contributor typed it: the address of a person."""

import re

REMOVED = "[adresse retirée]"
_ADDRESS = re.compile(r"[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}")


def without_addresses(text: str) -> str:
    """Return `text` with each e-mail address replaced by a visible mark.

    >>> without_addresses("Écrivez à jean.dupont@mairie.example, merci")
    'Écrivez à [adresse retirée], merci'
    """
    return _ADDRESS.sub(REMOVED, text) if "@" in text else text
