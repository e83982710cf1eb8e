"""French spaces: a line never begins by a sign, a number never leaves its unit. Said at display, never stored.

Only ordinary spaces that were typed are changed: nothing is added or taken away, so that addresses, which have none,
stay as they are.
"""

import re
from typing import Final

NARROW: Final = "\u202f"
FIXED: Final = "\u00a0"

_UNITS = (
    r"%|‰|€|°C|°|h|min|s|ms|km|m|cm|mm|km²|m²|m³|km/h|ha|l|g|kg|t|kW|MW|GW|kWh|MWh|GWh|o|ko|Mo|Go|To|k€|M€|Md€|"
    r"ans?|mois|jours?|semaines?|heures?|minutes?|secondes?|euros?|millions?|milliards?|habitants?"
)
# What is replaced in a text or in the pattern of a sentence, where a number is yet to come: "%(num)s jours".
_RULES: Final = (
    (re.compile(r" (?=[;:!?»](?:[\s.,;:!?)\]»”]|$))"), NARROW),
    (re.compile(r"(?<=«) "), NARROW),
    (re.compile(r"(?<!\d)(\d{1,3})((?: \d{3})+)(?![\d\w])"), None),
    (re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?![\w°²³]))"), FIXED),
    (re.compile(r"(?<=%\(num\)s) (?=\w)"), FIXED),
    (re.compile(r"(?<=\b[nN]°) (?=[\d%])"), FIXED),
)
_SIGNS: Final = re.compile(r"[;:!?«»%€°\d]")
_CODE: Final = re.compile(r"(`[^`]*`?)")


def typeset(text: str) -> str:
    """Return a French text with the spaces that must not break.

    >>> typeset("Où ? « Ici » : 2 000 km, 5 h").replace(NARROW, "_").replace(FIXED, "~")
    'Où_? «_Ici_»_: 2_000~km, 5~h'
    """
    if not _SIGNS.search(text):
        return text
    if "`" in text:  # what is between two of them is code
        return "".join(part if part[:1] == "`" else typeset(part) for part in _CODE.split(text))
    for rule, space in _RULES:
        text = rule.sub(space or _join_thousands, text)
    return text


def _join_thousands(found: "re.Match[str]") -> str:
    return found[1] + found[2].replace(" ", NARROW)
