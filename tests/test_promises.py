"""What the site says will happen, happens: each sentence in the future tense is held by a test that is named here.

A new one fails until it is held. It is known by its first words, as they are in the French catalogue.
"""

import ast
import re
from datetime import UTC, datetime

import pytest
from babel.messages.pofile import read_po

from ideas.actions.publication import decide_idea
from ideas.config import ROOT
from ideas.domain.publication import Verdict
from tests.factories import make_campaign, make_idea, make_moderator, now

FUTURE = re.compile(
    r"\b\w+r(?:ai|as|a|ons|ez|ont)\b|\bv(?:a|ont) (?:aussi )?\w+(?:er|ir|re)\b|\bvous (?:dit|écrit|prévient)\b"
)
# The same endings, said now.
PRESENT = {"restaurez", "entrez", "retirez", "enregistrez", "ouvrez", "séparez", "différez", "montrez", "préparez"}

PROMISES = {
    "Elle le trouvera dans « Les miens »": "test_a_subject_is_taken_left_and_given_and_stays_open_to_all",
    "Qui cherche la vôtre y sera conduit": "test_whoever_looks_for_it_is_led_to_the_one_that_its_author_names",
    "Écrivez la question : elle": "test_the_author_replies_to_a_question_and_nobody_reads_it_before_review",
    "Écrivez la réponse : elle sera publique": "test_an_answer_is_given_from_a_form_and_read_under_the_title",
    "Cette base contient déjà une campagne": "test_the_demonstration_is_not_loaded_beside_a_real_campaign",
    "Choisissez la raison de cette décision": "test_a_decision_says_what_why_when_and_by_which_role",
    "%(most)s idées au plus ;": "test_several_are_shown_with_who_hears_of_them_before_anything_is_done",
    "%(num)s personne l’apprendra": "test_several_are_shown_with_who_hears_of_them_before_anything_is_done",
    "%(num)s personnes l’apprendront": "test_several_are_shown_with_who_hears_of_them_before_anything_is_done",
    "Rien ne changera tant que celles-ci": "test_what_changed_meanwhile_is_named_before_several_are_decided",
    "Ces idées n’y sont plus": "test_an_idea_that_left_the_subject_stops_its_answer_and_a_new_one_does_not",
    "Préparer garde la réponse": "test_answers_are_published_together_and_each_person_is_told_once",
    "Voir ce qui sera publié": "test_it_is_prepared_read_again_and_published_from_pages",
    "Tous les autres champs qui seront publiés": "test_every_field_of_an_idea_is_shown",
    "Une carte paraîtra ici": "test_a_square_tells_how_many_ideas_and_leads_to_them",
    "Aucune idée n’a encore été relue": "test_the_figures_come_with_the_first_idea",
    "Aucune idée n’est encore en ligne : l’état": "test_the_figures_come_with_the_first_idea",
    "La consultation se ferme le": "test_the_closing_hour_is_told_where_one_lives",
    "Les publications, refus, masquages": "test_a_decision_says_what_why_when_and_by_which_role",
    "Vos idées et leur état seront ici": "test_the_account_shows_what_is_one_s_own_and_nothing_else",
    "Les idées que vous soutenez seront ici": "test_a_support_is_taken_back_from_one_s_own_page",
    "Votre soutien sera compté dès que": "test_signing_in_counts_the_waiting_vote_once",
    "La question posée et les idées reçues": "test_the_campaign_page_asks_its_question_and_shows_what_is_supported",
    "Les idées paraîtront ici après relecture": "test_from_an_idea_to_an_edition",
    "Vous pouvez continuer à travailler": "test_another_run_is_asked_for_in_plain_words",
    "Les fichiers seront ici dès": "test_editions_are_numbered_frozen_and_served",
    "Votre texte paraîtra sur ce site": "test_nobody_is_in_it",
    "Votre adresse électronique est demandée": "test_nobody_is_in_it",
    "Votre texte sera public.": "test_from_an_idea_to_an_edition",
    "Rien n’est encore envoyé": "test_readers_see_what_the_check_said_and_nothing_more",
    "Ce que tout le monde verra": "test_readers_see_what_the_check_said_and_nothing_more",
    "Ce que seule l’équipe verra": "test_readers_see_what_the_check_said_and_nothing_more",
    "Ce que personne ne verra": "test_readers_see_what_the_check_said_and_nothing_more",
    "Votre texte sera public : modifiez-le": "test_what_looks_personal_is_shown_once_on_the_check",
    "Ce texte sera public et semble": "test_readers_see_what_the_check_said_and_nothing_more",
    "Dites pourquoi cette édition est retirée": "test_a_withdrawn_edition_serves_its_files_no_more_and_says_why",
    "Ses fichiers ne seront plus diffusés": "test_a_withdrawn_edition_serves_its_files_no_more_and_says_why",
    "Elle quitte le site et les éditions": "test_it_is_gone_from_every_public_place_and_its_votes_are_kept",
    "Ses idées sont ailleurs, ou sans sujet": "test_a_subject_that_goes_ends_its_cluster_for_good",
    "Quand assez d’idées semblables": "test_subjects_are_listed_by_different_people_under_the_theme_of_most_ideas",
    "Toutes ses idées viennent ici": "test_the_address_of_a_joined_subject_leads_to_the_other",
    "Les sujets que la machine": "test_the_bench_shows_newcomers_first_then_what_is_uncertain_and_much_supported",
    "Aucune : le prochain passage suivra": "test_a_run_finds_subjects_and_leaves_alone_what_is_alone",
    "%(name)s (l’auteur ne veut pas": "test_only_what_is_public_is_exported",
    "Les premières lignes, comme elles seront": "test_from_a_file_to_ideas",
    "L’équipe la relit maintenant": "test_its_author_hears_that_it_is_online_then_why_it_is_hidden",
    "Les idées paraîtront ici, une fois": "test_the_pages_say_what_holds_here",
    "Elle est relue avant de paraître": "test_publication_and_refusal_are_told_with_the_reason_and_what_to_do",
    "L’équipe relit, en général": "test_publication_and_refusal_are_told_with_the_reason_and_what_to_do",
    "Vous ne recevrez plus de messages sur vos": "test_whoever_stopped_the_mails_about_their_ideas_gets_none",
    "Vous ne recevrez plus de messages sur les": "test_each_chooses_their_rhythm",
    "Se connecter avec ce message va aussi soutenir": "test_signing_in_counts_the_waiting_vote_once",
    "Se connecter avec ce message va aussi envoyer": "test_signing_in_sends_the_waiting_draft_to_the_moderators",
}
# What people do and no program can: what is held is that the page says where to write to them.
BY_PEOPLE = (
    "Si une page vous pose problème",
    "Pour signaler une faille",
    "Donnez l’adresse de la page ou le numéro",
    "Écrivez-nous son adresse",
    "À la même adresse",
)


def sentences():
    with (ROOT / "ideas/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        for message in read_po(file):
            yield from [message.id] if isinstance(message.id, str) else message.id


def is_promise(sentence):
    return any(match.group().lower() not in PRESENT for match in FUTURE.finditer(sentence))


def list_tests():
    trees = [ast.parse(path.read_text()) for path in (ROOT / "tests").glob("test_*.py")]
    return {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_promise_is_held_and_every_test_named_is_there():
    made = {sentence for sentence in sentences() if is_promise(sentence)}
    unheld = {one for one in made if not one.startswith((*PROMISES, *BY_PEOPLE))}
    assert not unheld, "say in PROMISES which test holds each of these"
    unsaid = {start for start in (*PROMISES, *BY_PEOPLE) if not any(one.startswith(start) for one in made)}
    assert not unsaid, "these are said no more"
    assert not set(PROMISES.values()) - list_tests()


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Votre soutien sera compté.", True),
        ("Nous vous écrirons.", True),
        ("Ce message va aussi envoyer votre idée.", True),
        ("L’équipe publie ou vous dit pourquoi.", True),
        ("Entrez le code reçu, ou retirez un filtre.", False),
        ("Votre idée est publiée.", False),
    ],
)
def test_a_promise_is_known_by_its_tense(sentence, expected):
    assert is_promise(sentence) is expected


def test_whoever_people_promise_an_answer_to_knows_where_to_write(app, client):
    make_campaign()
    pages = [client.get(path).get_data(as_text=True) for path in ("/accessibilite", "/mentions-legales", "/contact")]
    for start in BY_PEOPLE:
        assert any(start in page and ("mailto:" in page or "contact" in page.lower()) for page in pages), start


def test_the_figures_come_with_the_first_idea(app, visit):
    make_campaign()
    waiting = ("les délais paraîtront ici", "l’état de chaque demande paraîtra ici")
    assert all(words in visit("/stats").text for words in waiting)
    idea = make_idea(publication="awaiting_review", published_at=None)
    decide_idea(idea.id, Verdict.PUBLISH, actor=make_moderator(), now=now())
    assert not any(words in visit("/stats").text for words in waiting)


def test_the_closing_hour_is_told_where_one_lives(app, visit):
    make_campaign(closes_at=datetime(2099, 1, 10, 22, 0, tzinfo=UTC))
    page = visit("/aide").text
    # Eleven in the evening in Paris is two in the morning at La Réunion.
    assert "23 h 00" in page and re.search(r"La Réunion\D*11 janvier[^.;]*2 h 00", page), page
