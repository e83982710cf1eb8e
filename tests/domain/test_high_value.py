"""The six themes of high-value data, and what words suggest of them."""

import pytest

from ideas.domain.high_value import HIGH_VALUE_NAMES, HighValue, suggest_high_value


def test_there_are_six_themes_each_with_its_name():
    assert len(HighValue) == 6 and HIGH_VALUE_NAMES.keys() == set(HighValue)


@pytest.mark.parametrize(
    "text, theme",
    [
        ("Le plan cadastral et les adresses de chaque bâtiment", HighValue.GEOSPATIAL),
        ("La qualité de l’eau des nappes, et ses pollutions", HighValue.ENVIRONMENT),
        ("Pluie et TEMPÉRATURES par station", HighValue.METEOROLOGICAL),
        ("Statistiques du chômage par commune", HighValue.STATISTICS),
        ("Numéro SIREN et bénéficiaires effectifs des entreprises", HighValue.COMPANIES),
        ("Le réseau de transport ferroviaire et ses horaires", HighValue.MOBILITY),
        ("Les horaires des piscines", None),
        ("Les ventes de livres, et la société des amis du livre", None),
        ("", None),
        ("Pluie, température, SIREN des entreprises", None),
    ],
)
def test_words_suggest_a_theme_when_several_say_it_and_no_other_as_much(text, theme):
    assert suggest_high_value(text) is theme
