"""Postal addresses as French writes them: a number, a kind of way, its name.

"12 rue de la paix" is one, however it is spelt. Other kinds of way are common words ("12 cours d’eau", "1 place de
parking", "1 route sur trois"): they need a name in capitals or a postcode behind.
"""

import re
from collections.abc import Iterator

_NUMBER = r"\b\d{1,4}(?:\s?(?:bis|ter|quater|[A-D])\b)?,?\s+(?:et\s+\d{1,4},?\s+)?"
_STREETS = r"(?i:rue|avenue|av\.|boulevard|boul\.|bld|blvd|bd\.?|impasse|imp\.|allée|faubourg|fbg|venelle|ruelle)"
_OTHERS = (
    r"(?i:place|pl\.|chemin|(?-i:ch\.)|route|rte|quai|cours|square|passage|sentier|villa|lotissement|résidence|esplanade"
    r"|promenade|rond-point|cité|hameau|traverse|montée|parvis|mail)"
)
_LINK = r"(?i:(?:de\s+la|de\s+l[’']|du|des|de|d[’']|la|le|les|l[’'])\s*)"
_REST = r"[^\n,;.()]{0,60}"
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_POSTCODE = r"(?=[^\n;()]{0,60}\b\d{5}\b)"
# Of a street, what is said of it is no name: "1 rue sur deux", "20 rue par rue".
_SAID = r"(?!(?i:sur|par|en|où|qui|que|est|sont|et|ou|sans|avec|pour|à|au|aux|dans|piétonne?s?|scolaires?)\b)"
_ADDRESS = re.compile(
    rf"{_NUMBER}(?:{_STREETS}\s+{_SAID}[^\W\d_]{_REST}|{_OTHERS}\s+(?:{_LINK}?{_CAPITAL}|{_POSTCODE}[^\W\d_]){_REST})"
)


def find_postal_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield where postal addresses begin and end.

    >>> text = "Au 12 bis, rue de la paix, sur 3 cours d’eau et 1 place de parking"
    >>> [text[slice(*span)] for span in find_postal_addresses(text)]
    ['12 bis, rue de la paix']
    """
    for match in _ADDRESS.finditer(text):
        yield match.start(), match.start() + len(match[0].rstrip())
