"""What in a text may lead to a person: said once, for whoever writes, for whoever moderates and for what is published.

Four kinds are found by their writing alone. Mail addresses and telephone numbers are never published (`is_removed`);
postal addresses and names after a title are only shown to the author and to the moderator, since many are public.

A telephone number is written
- in France: ten digits that begin with 01 to 09, in one piece, in pairs, or as 4 + 3 + 3 and 1 + 3 + 3 + 3, between
  spaces, dots, hyphens or slashes, the first zero between brackets or not;
- from abroad: `+` or `00`, the number of a country, eight to fifteen digits in all.
Numbers of establishments (SIREN, SIRET), codes of the INSEE, days, amounts, coordinates and lists of départements are
none: they have another length, other groups, a unit, one dot only, letters around them, or follow one another.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from ideas.domain.errors import N_
from ideas.domain.postal_addresses import find_postal_addresses
from ideas.domain.titled_names import find_titled_names


class Personal(StrEnum):
    """A kind of thing that may lead to a person."""

    MAIL = "mail"
    TELEPHONE = "telephone"
    POSTAL = "postal"
    NAME = "name"


PERSONAL_NAMES = {
    Personal.MAIL: N_("adresse électronique"),
    Personal.TELEPHONE: N_("numéro de téléphone"),
    Personal.POSTAL: N_("adresse postale"),
    Personal.NAME: N_("nom d’une personne"),
}
REMOVED = {Personal.MAIL: "[adresse retirée]", Personal.TELEPHONE: "[téléphone retiré]"}


@dataclass(frozen=True)
class Stretch:
    """A stretch of a text, and what it looks like."""

    kind: Personal
    start: int
    end: int
    text: str


_AT = r"(?:@|＠|%40|\s?[\[(]\s?(?:at|à|arobase|chez)\s?[\])]\s?)"
_MAIL = re.compile(
    rf"[\w.+%'-]{{1,64}}?{_AT}(?:[\w-]{{1,63}}\.){{1,8}}(?:xn--[a-z0-9-]{{1,59}}|[^\W\d_]{{2,24}})", re.IGNORECASE
)
_AT_IN_WORDS = re.compile(r"[\[(]\s?(?:at|à|arobase|chez)\s?[\])]", re.IGNORECASE)

_GAP = r"[ \xa0\u202f\u2009.\-/]"
_PAIRS = rf"\(?0\)?{_GAP}?[1-9](?:{_GAP}?\d\d){{4}}"
_THREES = rf"0[1-9]\d\d{_GAP}\d{{3}}{_GAP}\d{{3}}|0{_GAP}[1-9]\d\d{_GAP}\d{{3}}{_GAP}\d{{3}}"
_FRENCH = rf"(?:{_PAIRS}|{_THREES})"
_ABROAD = rf"(?:\+|\b00{_GAP}?)[1-9](?:{_GAP}?(?:\(0\){_GAP}?)?\d){{7,14}}"
_TELEPHONE = re.compile(rf"(?<![\w+,])(?<!\d{_GAP})(?:{_ABROAD}|{_FRENCH})(?!\w)(?!{_GAP}\d\d(?![\dhH:]))")
_FRENCH_ALONE = re.compile(_FRENCH)
_SEVERAL = re.compile(rf"(?<![\w+,])(?<!\d{_GAP}){_FRENCH}(?:\s+{_FRENCH})+(?!\w)")
# A glance that spares the search: without it a telephone number cannot be.
_DIGITS = re.compile(r"[+0][\d \xa0\u202f\u2009.\-/()]{8}")
_UNIT = re.compile(r"\s?(?:€|euros?\b|%|[kM]€|millions?\b|milliards?\b|habitants?\b|m²|km\b|ha\b)", re.IGNORECASE)
_COUNTRIES_NEAR = (
    "33",
    "32",
    "34",
    "39",
    "41",
    "44",
    "49",
    "262",
    "352",
    "377",
    "508",
    "590",
    "594",
    "596",
    "687",
    "689",
)


def find_personal(text: str) -> list[Stretch]:
    """Return all that looks personal in `text`, in its order, no two on the same place.

    >>> [(one.kind.value, one.text) for one in find_personal("Écrire à Mme Durand, a@b.fr ou 06 12 34 56 78")]
    [('name', 'Mme Durand'), ('mail', 'a@b.fr'), ('telephone', '06 12 34 56 78')]
    """
    found = list(find_removed(text))
    for kind, find in ((Personal.POSTAL, find_postal_addresses), (Personal.NAME, find_titled_names)):
        for start, end in find(text):
            if not any(one.start < end and start < one.end for one in found):
                found.append(Stretch(kind, start, end, text[start:end]))
    return sorted(found, key=lambda one: one.start)


def find_removed(text: str) -> Iterator[Stretch]:
    """Yield the mail addresses and the telephone numbers of `text`: what is never published."""
    taken: list[tuple[int, int]] = []
    if _may_hold_mail(text):
        for match in _MAIL.finditer(text):
            taken.append(match.span())
            yield Stretch(Personal.MAIL, *match.span(), match[0])
    for start, end in _find_telephones(text):
        if not any(left < end and start < right for left, right in taken):
            yield Stretch(Personal.TELEPHONE, start, end, text[start:end])


def without_personal(text: str) -> str:
    """Return `text` with a visible mark in place of each mail address and each telephone number.

    >>> without_personal("Écrivez à jean.dupont@mairie.example ou au 06 12 34 56 78, merci")
    'Écrivez à [adresse retirée] ou au [téléphone retiré], merci'
    """
    parts, place = [], 0
    for one in sorted(find_removed(text), key=lambda one: one.start):
        parts += [text[place : one.start], REMOVED[one.kind]]
        place = one.end
    return "".join([*parts, text[place:]]) if parts else text


def find_in_fields(values: Mapping[str, object]) -> dict[str, list[Stretch]]:
    """Return what looks personal in each of some texts, given by name; a text without any is left out."""
    found = {name: find_personal(value) for name, value in values.items() if isinstance(value, str) and value}
    return {name: several for name, several in found.items() if several}


def _may_hold_mail(text: str) -> bool:
    return "@" in text or "＠" in text or "%40" in text or _AT_IN_WORDS.search(text) is not None


def _find_telephones(text: str) -> Iterator[tuple[int, int]]:
    if not _DIGITS.search(text):
        return
    spans = [match.span() for match in _SEVERAL.finditer(text)]
    for start, end in spans:
        yield from ((one.start() + start, one.end() + start) for one in _FRENCH_ALONE.finditer(text[start:end]))
    for match in _TELEPHONE.finditer(text):
        if any(start <= match.start() < end for start, end in spans):
            continue
        if _is_telephone(match[0]) and not _UNIT.match(text, match.end()):
            yield match.span()


def _is_telephone(written: str) -> bool:
    digits = "".join(character for character in written if character.isdecimal())
    groups = re.findall(r"\d+", written)
    if written.startswith("+"):
        return _is_number_abroad(written, groups, len(digits))
    if digits.startswith("00"):
        return digits[2:].startswith(_COUNTRIES_NEAR) and 10 <= len(digits) <= 15 and len(groups[0]) != 14
    return not _follow_one_another(groups)


def _is_number_abroad(written: str, groups: list[str], count: int) -> bool:
    # One or two dots: a coordinate or an amount. Threes alone: an amount, unless as long as a number with its country.
    if written.count(".") in (1, 2):
        return False
    is_amount = len(groups) > 1 and all(len(group) == 3 for group in groups[1:])
    return not (is_amount and count < 11)


def _follow_one_another(groups: list[str]) -> bool:
    """Tell whether pairs only count on, as the numbers of départements do: 01 02 03 04 05."""
    numbers = list(map(int, groups))
    return len(numbers) > 2 and all(after - before == 1 for before, after in pairwise(numbers))
