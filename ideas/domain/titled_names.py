"""Names of people as French writes them after a title: "M. Dupont", "madame Le Goff", "le docteur Martin".

What follows a title is often no name: an office ("M. le maire", "Mme La Préfète"), a stand-in ("M. X", "Mme Michu"), a
trade ("professeur EPS", "maître nageur"), a brand ("Mr Bricolage"). A street or a school that bears a name is a place.
"""

import re
from collections.abc import Iterator

_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_WORD = rf"(?:{_CAPITAL}\.|{_CAPITAL}(?:[\w’'-]*\w)?)"
_TITLES = r"MM?\.|M(?=\s+[A-ZÀ-Þ][\w’'-])|Me|Mrs\.?|Pr\.?|(?i:Mr\.?|Mmes?|Mlles?|Dr\.?|Monsieur|Madame|Mademoiselle)"
_TRADES = r"Ms\.?|(?i:Maître|Docteur|Docteure|Professeur|Professeure)"
_PARTICLE = r"(?:(?:de\s+la|de|du|des|la|le)\s+|(?:de\s+l|d|l)[’'])"
_NAMED = re.compile(
    rf"(?<![\w.’'-])(?<!\d\s)(?:(?:{_TITLES})|(?P<trade>{_TRADES}))[ \xa0\u202f]+"
    rf"(?P<name>(?:{_PARTICLE})?{_WORD}(?:\s+(?:{_PARTICLE})?{_WORD}){{0,3}})"
)
_OFFICES = (
    *("maire", "mairesse", "ministre", "préfet", "préfète", "président", "présidente", "directeur", "directrice"),
    *("député", "députée", "sénateur", "sénatrice", "recteur", "rectrice", "juge", "procureur", "procureure"),
    *("secrétaire", "commissaire", "chef", "cheffe", "conseiller", "conseillère", "adjoint", "adjointe", "proviseur"),
    *("gouverneur", "chancelier", "chancelière", "défenseur", "défenseure", "premier", "première", "sous-préfet"),
    *("ambassadeur", "ambassadrice", "inspecteur", "inspectrice", "médiateur", "médiatrice", "administrateur"),
)
_STAND_INS = ("x", "y", "z", "untel", "unetelle", "michu", "tout", "toutlemonde", "machin", "too", "monsieur", "madame")
_TRADE_WORDS = ("principal", "agrégé", "certifié", "documentaliste", "nageur", "ouvrage", "honoris", "vétérinaire")
_BRANDS = ("bricolage", "propre", "store", "meuble", "oetker", "martens", "office", "excel", "word", "windows")
_NOBODY = {*_OFFICES, *_STAND_INS, *_TRADE_WORDS, *_BRANDS}
_ARTICLE = re.compile(r"(?:(?:les?|la)\s+|l[’'])", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:rue|avenue|boulevard|place|impasse|allée|route|quai|cours|square|passage|chemin|pont|lycée|collège|école|hôpital"
    r"|clinique|stade|gymnase|salle|théâtre|crèche|parc|station|arrêt|maison|médiathèque|bibliothèque|fondation|institut)"
    r"\s+(?:(?:du|de\s+la|de|des)\s+)?$",
    re.IGNORECASE,
)
_LONGEST_PLACE = 30
_LONGEST_ACRONYM = 4  # "professeur EPS", "Ms FNE"


def find_titled_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield where names after a title begin and end.

    >>> [text[slice(*span)] for text in ("M. le maire et Mme Le Goff",) for span in find_titled_names(text)]
    ['Mme Le Goff']
    """
    for match in _NAMED.finditer(text):
        before = text[max(0, match.start() - _LONGEST_PLACE) : match.start()]
        if _is_name(match["name"], is_after_trade=match["trade"] is not None) and not _PLACE.search(before):
            yield match.span()


def _is_name(written: str, *, is_after_trade: bool) -> bool:
    words = _ARTICLE.sub("", written, count=1).split() if _ARTICLE.match(written) else written.split()
    first = re.split(r"[’']", words[0])[-1].rstrip(".")
    if {first.casefold(), first.casefold().split("-")[0]} & _NOBODY:
        return False
    if len(words) == 1 and len(first) == 1:  # an initial alone names nobody
        return False
    return not (is_after_trade and first.isupper() and len(first) <= _LONGEST_ACRONYM)
