"""Texts that say one thing in many ways, as people do who answer a call: the same for the same seed.

Each changes words for others that mean the same, puts its sentences in another order, may leave one out, greets or
signs off, names a place or speaks for somebody, and mistypes.
"""

from __future__ import annotations

import re

SAME = (
    "données|informations|chiffres|jeux de données",
    "publier|ouvrir|diffuser|mettre en ligne|rendre publics",
    "je voudrais|je souhaite|j’aimerais|il faudrait|nous demandons|on voudrait",
    "nous voudrions|nous souhaitons|nous aimerions|nous demandons|il nous faut",
    "commune|ville|municipalité",
    "communes|villes|municipalités",
    "chaque|tous les|pour chaque",
    "liste|inventaire|recensement|tableau",
    "carte|plan|cartographie",
    "savoir|connaître|voir|comprendre",
    "comparer|confronter|mettre en regard",
    "aujourd’hui|actuellement|à ce jour|pour l’instant",
    "aider|accompagner|soutenir",
    "prix|tarifs|coûts",
    "montrer|expliquer|faire voir",
    "faire|réaliser|construire|bâtir",
    "pouvoir|être en mesure de",
    "beaucoup|énormément|nombre",
    "habitants|citoyens|riverains|gens",
    "site|portail|site internet",
    "application|appli|outil|service",
    "travaux|chantiers",
    "très|vraiment|particulièrement",
    "aussi|également|de même",
    "avec|ainsi que|et",
    "où|à quel endroit",
    "besoin|nécessité",
    "gratuitement|sans frais|librement",
    "mettre à jour|actualiser|rafraîchir",
    "temps réel|direct|instantané",
    "école|établissement|groupe scolaire",
    "écoles|établissements|groupes scolaires",
    "hôpital|centre hospitalier|établissement de santé",
    "train|rail|TER",
    "trains|rails|TER",
    "vélo|bicyclette|deux-roues",
    "vélos|bicyclettes|deux-roues",
    "voiture|auto|automobile|véhicule",
    "moi|pour ma part|de mon côté",
    "personne|nul|aucun",
    "vite|rapidement|tout de suite",
    "grande|importante|grosse",
    "année|an",
    "mois|période",
    "jours|journées",
    "rue|voie|chaussée",
)
GREETINGS = (
    "Bonjour,",
    "Bonjour à toutes et à tous.",
    "Madame, Monsieur,",
    "Salut,",
    "Bonjour l’équipe,",
    "À qui de droit,",
    "Merci pour cette consultation.",
)
ENDINGS = (
    "Merci d’avance.",
    "Merci beaucoup !",
    "Cordialement.",
    "Bien à vous.",
    "C’est une vraie attente.",
    "Ce serait formidable.",
    "On compte sur vous.",
    "Merci de votre écoute.",
    "C’est très attendu chez nous.",
)
PLACES = (
    *("Brest", "Lyon", "Lille", "Nantes", "Toulouse", "Rennes", "Dijon", "Metz", "Nice", "Pau", "Bastia", "Angers"),
    *("Tours", "Limoges", "Nancy", "Reims", "Caen", "Rouen", "Grenoble", "Annecy", "Perpignan", "Quimper", "Vannes"),
)
_SAME = {word: [one for one in line.split("|") if one != word] for line in SAME for word in line.split("|")}
_SAME_WORDS = re.compile(
    "|".join(rf"\b{re.escape(word)}\b" for word in sorted(_SAME, key=len, reverse=True)), re.IGNORECASE
)
_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
REPLACED, LEFT_OUT, MISTYPED = 0.5, 0.15, 0.03


def paraphrase(title, body, chance):
    """Say a text again in other words: its title, and its body."""
    sentences = [one for one in _ENDS.split(body) if one.strip()]
    if len(sentences) > 2 and chance.random() < LEFT_OUT * len(sentences):
        sentences.pop(chance.randrange(len(sentences)))
    if chance.random() < 0.6:
        chance.shuffle(sentences)
    if chance.random() < 0.5:
        sentences.insert(0, chance.choice(GREETINGS))
    if chance.random() < 0.3:
        sentences.append(f"J’habite {chance.choice(PLACES)}.")
    if chance.random() < 0.5:
        sentences.append(chance.choice(ENDINGS))
    words = title.split()
    if len(words) > 3 and chance.random() < 0.3:
        words.pop(chance.randrange(len(words)))
    return _mistype(_replace(" ".join(words), chance), chance), _mistype(_replace(" ".join(sentences), chance), chance)


def _replace(text, chance):
    def other(found):
        word = found.group()
        return chance.choice(_SAME[word.lower()]) if chance.random() < REPLACED else word

    return _SAME_WORDS.sub(other, text)


def _mistype(text, chance):
    return " ".join(_mistyped(word, chance) if chance.random() < MISTYPED else word for word in text.split(" "))


def _mistyped(word, chance):
    if len(word) < 4:
        return word
    place, die = chance.randrange(1, len(word) - 1), chance.random()
    if die < 0.35:
        return word[:place] + word[place + 1 :]
    if die < 0.7:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + chance.choice("abcdefghijklmnopqrstuvwxyzé") + word[place + 1 :]
