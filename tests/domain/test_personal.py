"""What may lead to a person, found by its writing; and what only looks like it."""

import pytest

from ideas.domain.personal import REMOVED, Personal, find_in_fields, find_personal, without_personal

MAILS = ["a@b.fr", "x.y+z@sous.domaine.example", "prénom@mairie.fr", "A@B.FR,c@d.eu", "jean%40mairie.fr", "a＠b.fr"]
MAILS += ["https://x.example/?contact=jean@mairie.fr&b=1", "jean [at] mairie.fr", "jean (arobase) mairie.fr"]
TELEPHONES = [
    "06 12 34 56 78",
    "0612345678",
    "06.12.34.56.78",
    "06-12-34-56-78",
    "06/12/34/56/78",
    "0612 345 678",
    "0 612 345 678",
    "(0)6 12 34 56 78",
    "01\u202f42\u202f00\xa011\u202f22",
    "+33 6 12 34 56 78",
    "+33 (0)6 12 34 56 78",
    "+33612345678",
    "+33.6.12.34.56.78",
    "0033 6 12 34 56 78",
    "00 33 6 12 34 56 78",
    "+262 692 12 34 56",
    "+32 470 12 34 56",
    "+352 621 123 456",
    "+1 202 555 0143",
    "+44 20 7946 0958",
    "au 06 12 34 56 78 24h/24",
    "Tél:06 12 34 56 78.",
    "https://x.example/?t=0612345678",
]
NEITHER = {
    "SIREN": ["123 456 789", "012345678"],
    "SIRET": ["732 829 320 00074", "73282932000074", "005 520 176 00012", "00552017600012", "012 345 678 00019"],
    "INSEE and others": ["75056", "2A004", "0750001A", "010000024", "1 85 05 78 006 084 36"],
    "days": ["01/02/2024", "01.02.2024", "2024-01-02T03:04:05+0200", "20240102030405", "2010 2011 2012 2013 2014"],
    "amounts": ["12 500 000 €", "+12 500 000", "+15 000 habitants", "1 234 567 890", "+12 500 000 000 €", "+33 %"],
    "coordinates": ["+48.856614 +2.352222", "48.856614, 2.352222", "192.168.10.254"],
    "départements": ["01 02 03 04 05", "01 02 03 04 05 06 07", "01, 02, 03, 59, 62"],
    "books, banks": ["978-2-07-036822-8", "FR76 3000 1007 9412 3456 7890 185", "3949"],
    "addresses": ["https://www.data.gouv.fr/datasets/5de8f397634f4164071119c5", "a0612345678b"],
    "signs": ["à 3 € @ Paris", "@datagouvfr", "a@b", "x (à) y"],
}


@pytest.mark.parametrize("text", MAILS)
def test_every_writing_of_a_mail_address_is_removed(text):
    swept = without_personal(f"voir {text} merci")
    assert REMOVED[Personal.MAIL] in swept and not {"mairie.fr", "b.fr", "d.eu"} & set(swept.split())


@pytest.mark.parametrize("text", TELEPHONES)
def test_every_writing_of_a_telephone_number_is_removed(text):
    swept = without_personal(f"voir {text} merci")
    assert swept.count(REMOVED[Personal.TELEPHONE]) == 1 and "56 78" not in swept and "345" not in swept


@pytest.mark.parametrize("text", [text for texts in NEITHER.values() for text in texts])
def test_what_only_looks_like_it_stays(text):
    assert without_personal(f"voir {text} merci") == f"voir {text} merci"


def test_numbers_that_follow_one_another_are_all_removed():
    swept = without_personal("06 12 34 56 78 06 11 22 33 44\n07 12 34 56 78, 07 00 00 00 01")
    assert swept.count(REMOVED[Personal.TELEPHONE]) == 4 and not any(map(str.isdecimal, swept))


NAMES = [
    *("M. Jean Dupont", "M. DUPONT", "Mme Élise de La Tour", "MM. Durand", "Mlle Martin", "Mr Dupont", "mme Durand"),
    *("monsieur Dupont", "madame Le Goff", "M. Le Pen", "Mme d’Ormesson", "M. de Villiers", "M. L’Hermite"),
    *("le docteur Martin", "Dr Martin", "Pr Martin", "Me Martin", "professeur Martin", "maître Dupond-Moretti"),
    *("M. A. Dupont", "Mme Garcia Lopez", "M\xa0Dupont"),
]
NAMES_NOBODY = [
    *("Monsieur le maire", "M. le maire", "M. Le Maire", "M. le Préfet", "Mme la préfète", "Madame La Ministre"),
    *(
        "Monsieur le Premier ministre",
        "Madame, Monsieur",
        "Madame Monsieur",
        "Mesdames et Messieurs",
        "MM. les députés",
    ),
    *(
        "M. L’Inspecteur",
        "M. X",
        "Mme Y.",
        "monsieur Tout-le-monde",
        "Monsieur Tout le monde",
        "Madame Michu",
        "M. Untel",
    ),
    *("Me voici", "Me Too est là", "professeur EPS", "professeur des écoles", "Professeur Principal", "maître nageur"),
    *("maître d’ouvrage", "docteur en droit", "Docteur Honoris Causa", "Mr Bricolage", "Dr. Oetker", "Ms Office"),
    *("rue du Docteur Roux", "avenue du Pr Calmette", "lycée Mme de Staël", "hôpital du Dr Schaffner", "10 M. Euros"),
    *("la SARL Dupont", "les établissements Martin et fils", "la société Durand", "P.M. Paris", "le PR Dupont"),
]
ADDRESSES = [
    *("12 bis rue de la Paix", "12, rue de la paix", "3 av. Foch", "14 boulevard Voltaire", "7 impasse des lilas"),
    *("5 place de la Mairie", "10 Cours Mirabeau", "8 quai d’Orsay", "2 chemin du Moulin", "1 route de Lyon"),
    *("4 résidence Les Acacias", "6 allée des tilleuls", "22 rte de Brest", "12 B rue Pasteur", "9 fbg Saint-Denis"),
    "12 place de la mairie 29200 Brest",
]
NO_ADDRESSES = [
    *(
        "3 places de la République",
        "12 cours d’eau",
        "12 cours de maths",
        "1 place de parking",
        "1 place de stationnement",
    ),
    *(
        "1 route sur trois",
        "1 rue sur deux",
        "20 rue par rue",
        "2 passage piéton",
        "1 résidence étudiante",
        "1 cours par jour",
    ),
    *(
        "la voirie de 300 rues",
        "5 km de routes",
        "en 2020 places et rues",
        "3 chemin de fer",
        "1 villa louée",
        "les 12 cités",
    ),
    *("la rue de la Paix", "Rue du Commerce", "12 rues de Paris", "1 rue piétonne", "2 rue scolaire", "la rue 12"),
]


@pytest.mark.parametrize(
    "text, kind",
    [*((text, Personal.NAME) for text in NAMES), *((text, Personal.POSTAL) for text in ADDRESSES)],
)
def test_places_and_names_are_shown_and_not_removed(text, kind):
    (found,) = find_personal(f"Voir {text}, merci")
    assert found.kind is kind and text.removeprefix("le ") == found.text
    assert without_personal(text) == text


@pytest.mark.parametrize("text", [*NAMES_NOBODY, *NO_ADDRESSES])
def test_what_names_nobody_is_not_shown(text):
    assert find_personal(f"Voir {text}, merci") == []


def test_a_name_ends_where_the_sentence_does():
    assert [one.text for one in find_personal("J’ai écrit à M. Dupont. Rien ne vient.")] == ["M. Dupont"]


def test_fields_are_searched_by_name():
    found = find_in_fields({"title": "a@b.fr", "period": "2020", "use_kinds": ["a@b.fr"], "holder_text": None})
    assert {name: [one.text for one in several] for name, several in found.items()} == {"title": ["a@b.fr"]}
