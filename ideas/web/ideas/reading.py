"""One idea, as everybody reads it."""

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.domain.comments import takes_comments
from ideas.domain.editing import can_edit
from ideas.domain.errors import N_, Gone
from ideas.domain.high_value import HIGH_VALUE_NAMES
from ideas.domain.ideas import FORMATS, NAMES_PEOPLE, OBSTACLES, USE_KINDS
from ideas.domain.lines import LINE_STATE_NAMES
from ideas.domain.publication import Publication, can_resend, can_withdraw
from ideas.domain.signals import is_unread
from ideas.http.access import public
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_slug, idea_url, origin
from ideas.http.clock import now
from ideas.http.etag import make_conditional_on
from ideas.http.languages import foreign
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign, Idea
from ideas.store.queries.comments import ShownComment
from ideas.store.queries.ideas import Fellow, ShownIdea
from ideas.store.queries.opinions import AskedOpinion
from ideas.store.queries.subjects import IdeaPlace
from ideas.web.ideas.blueprint import bp
from ideas.web.ideas.cards import ClusterLink, SimilarIdeaLine, handling_state, make_vote
from ideas.web.ideas.facts import Fact
from ideas.web.ideas.story import find_answer, is_silence, list_asked, list_story, show_question
from ideas.web.labels import label_of, profile_name, publication_name, theme_name
from ideas.web.page_context import find_facts
from ideas.web.subjects.presentation import name_subject

WITHDRAWN = N_("Cette idée a été retirée par son auteur.")
WITHDRAWN_FOR_BETTER = N_("Cette idée a été retirée par son auteur, qui renvoie à une autre.")
FIRST_COMMENTS = 3


@bp.get("/idees/<number:idea_id>")
@bp.get("/idees/<number:idea_id>-<slug>")
@public
def show(idea_id: int, slug: str = "") -> ResponseReturnValue:  # noqa: ARG001 - the words of the address are for people
    """One idea, with all that is known of it."""
    idea, campaign, counted_by, is_followed, use_count, comment_count = _find_shown(idea_id)
    g.current, g.campaign = "idees", campaign
    is_public = idea.publication is Publication.PUBLISHED
    place = queries.subjects.find_place(idea.id, campaign.current_run_id) if is_public else None
    fellows = queries.ideas.list_fellows(idea, campaign.current_run_id) if is_public else []
    opinion = _find_opinion(idea) if is_public else None
    counts = [idea.vote_count, *((one.id, one.vote_count) for one in fellows)]

    def draw() -> str:
        asked = list_asked(idea)
        merged = queries.ideas.list_merged_into(idea) if is_public else []
        return render_template(
            "ideas/show.html",
            idea=idea,
            answer=find_answer(idea) if is_public else None,
            opinion=opinion,
            questions=[show_question(one, idea) for one in asked],
            is_silence=is_public and is_silence(idea),
            merged_url=_find_merged_url(idea),
            merged=merged,
            subject=_link_subject(place),
            similar=[_make_similar(other) for other in fellows],
            steps=list_story(idea, asked, merged),
            vote=make_vote(idea.id, campaign, pressed=counted_by is not None, in_list=False) if is_public else None,
            is_own=is_public and counted_by == idea.id and idea.author_id == find_actor().id,
            counted_by=counted_by if is_public and counted_by != idea.id else None,
            state=handling_state(idea.handling, idea.answer.promised_on if idea.answer else None),
            is_unread=is_public and is_unread(idea.signals),
            publication=publication_name(idea.publication) if not is_public else "",
            parents=[(theme_name(idea.theme), _link_like(theme=idea.theme))] if idea.theme else [],
            facts=_list_facts(idea, place.theme if place else None),
            idea_url=idea_url,
            address=f"{origin()}/idees/{idea.id}-{idea_slug(idea.title)}",
            picture_url=f"{origin()}{url_for('.picture', idea_id=idea.id)}",
            is_followed=is_followed,
            uses=queries.uses.list_of_idea(idea.id, find_actor().id) if is_public and use_count else [],
            use_states=LINE_STATE_NAMES,
            comments=_list_comments(idea) if is_public and comment_count else [],
            comment_count=comment_count,
            edited_at=idea.edited_at if is_public else None,
            has_waiting_edit=is_public and is_theirs(idea) and queries.edits.find_waiting(idea.id) is not None,
            comment_states=LINE_STATE_NAMES,
            takes_comments=is_public and takes_comments(campaign, now()),
            correct_url=url_for(".correct", idea_id=idea.id)
            if is_correctable(idea) or is_editable(idea, campaign)
            else "",
            withdraw_url=url_for(".withdraw", idea_id=idea.id) if is_withdrawable(idea) else "",
        )

    return make_conditional_on((find_facts(campaign), counts, is_followed), draw)


def _find_opinion(idea: Idea) -> AskedOpinion | None:
    """Return what whoever reads is asked of the answer, when they wrote or support what it serves."""
    person_id = find_actor().id
    return queries.opinions.find_asked_on(idea.id, person_id) if person_id is not None and idea.answer_id else None


def _find_shown(idea_id: int) -> ShownIdea:
    """Return an idea that this reader may see; whoever kept the address of one that was withdrawn is told so."""
    shown = queries.ideas.find_shown(idea_id, find_actor())
    if shown is None and (gone := queries.ideas.find_withdrawn(idea_id)):
        better = (gone.better_id, gone.better_title or "") if gone.better_id else None
        raise Gone(WITHDRAWN_FOR_BETTER if better else WITHDRAWN, better=better)
    return found(shown)


def is_withdrawable(idea: Idea) -> bool:
    """Tell whether whoever asks wrote this idea and may still take it back."""
    actor = find_actor()
    return actor.is_signed_in and idea.author_id == actor.id and can_withdraw(idea.publication)


def is_theirs(idea: Idea) -> bool:
    """Tell whether whoever asks wrote this idea."""
    actor = find_actor()
    return actor.is_signed_in and idea.author_id == actor.id


def is_editable(idea: Idea, campaign: Campaign) -> bool:
    """Tell whether whoever asks wrote this idea, and may still change what everybody reads."""
    if not is_theirs(idea) or idea.publication is not Publication.PUBLISHED:
        return False
    count = queries.edits.count_others(idea.id, idea.author_id)
    return can_edit(
        idea.publication, published_at=idea.published_at, other_vote_count=count, campaign=campaign, now=now()
    )


def is_correctable(idea: Idea) -> bool:
    """Tell whether whoever asks wrote this idea and may still correct it."""
    actor = find_actor()
    return actor.is_signed_in and idea.author_id == actor.id and can_resend(idea.publication)


def _list_comments(idea: Idea) -> list[ShownComment]:
    """Return the latest comments on an idea; a page of their own has them all."""
    return queries.comments.list_of_idea(idea.id, find_actor().id, size=FIRST_COMMENTS)


def _link_subject(place: IdeaPlace | None) -> ClusterLink | None:
    """Return the subject of an idea, named."""
    if place is None:
        return None
    name = name_subject(place.cluster_id, place.name or place.title, [])
    return ClusterLink(name, url_for("subjects.show", cluster_id=place.cluster_id))


def _find_merged_url(idea: Idea) -> str:
    """Return the address of the canonical idea, if this reader may see it."""
    canonical = queries.ideas.find(idea.canonical_id, find_actor()) if idea.canonical_id else None
    return idea_url(canonical.id, canonical.title) if canonical else ""


def _make_similar(other: Fellow) -> SimilarIdeaLine:
    """Return what `similar_ideas` takes of an idea like this one."""
    url = idea_url(other.id, other.title)
    return SimilarIdeaLine(
        other.title,
        url,
        other.likeness,
        other.words,
        other.vote_count,
        foreign(other.language),
    )


def _list_facts(idea: Idea, suggested_theme: str | None) -> list[Fact]:
    own = foreign(idea.language)
    producer = idea.producer.name if idea.producer else idea.holder_text
    return [
        Fact(gettext("Profil"), profile_name(idea.profile), url=_link_like(profil=idea.profile)),
        Fact(gettext("Organisme"), idea.organisation if idea.show_organisation else ""),
        Fact(gettext("Genre d’usage"), ", ".join(label_of(USE_KINDS, code) for code in idea.use_kinds)),
        Fact(gettext("Thème"), _name_theme(idea, suggested_theme), url=_link_like(theme=idea.theme)),
        Fact(gettext("À qui cela servirait"), idea.beneficiaries, own),
        Fact(
            gettext("Détenteur"),
            producer,
            foreign() if idea.producer else own,
            _link_like(producteur=idea.producer.slug if idea.producer else ""),
        ),
        Fact(
            gettext("Territoire"),
            idea.territory.name if idea.territory else "",
            foreign(),
            _link_like(territoire=idea.territory_code or ""),
        ),
        Fact(
            gettext("Données de forte valeur"),
            label_of(HIGH_VALUE_NAMES, idea.shown_high_value or ""),
            url=_link_like(**{"forte-valeur": idea.shown_high_value or ""}),
        ),
        Fact(gettext("Période"), idea.period, own),
        Fact(gettext("Niveau de détail"), idea.detail_level, own),
        Fact(gettext("Mise à jour"), idea.freshness, own),
        Fact(gettext("Forme"), label_of(FORMATS, idea.format)),
        Fact(gettext("Obstacles rencontrés"), ", ".join(label_of(OBSTACLES, code) for code in idea.obstacles)),
        Fact(gettext("Nomme des personnes"), label_of(NAMES_PEOPLE, idea.names_people)),
    ]


def _link_like(**shared: str) -> str:
    """Return the address of the list of ideas that share this; nothing when there is nothing to share."""
    return url_for(".index", **shared) if all(shared.values()) else ""  # type: ignore[arg-type]


def _name_theme(idea: Idea, suggested: str | None) -> str:
    """Return the theme that the author chose, else the one that other ideas of the subject suggest, said so."""
    if idea.theme or not suggested:
        return theme_name(idea.theme)
    return gettext("%(theme)s (suggéré d’après son sujet)", theme=theme_name(suggested))
