"""A subject in words: its name, who stands behind it, what its ideas say, the subjects near it."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, TypedDict

from flask import url_for
from flask_babel import format_percent, gettext, ngettext

from ideas.domain.clusters import ReviewStatus
from ideas.domain.errors import N_
from ideas.domain.high_value import HIGH_VALUE_NAMES, HighValue
from ideas.domain.waves import COUNTED_APART
from ideas.http.addresses import address_of
from ideas.http.languages import foreign
from ideas.retrieval.search import count_said, is_said
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.clusters import CurrentCluster
from ideas.store.queries.subjects import Evidence
from ideas.web.labels import StateTag

SHOWN_WORDS = 3
COUNTED_WORDS, NEAR_SUBJECTS = 6, 4
REVIEW_STATUS_NAMES = {
    ReviewStatus.PROPOSED: (N_("Proposé par la machine"), "plain"),
    ReviewStatus.CONFIRMED: (N_("Relu par l’équipe"), "good"),
    ReviewStatus.JOINED: (N_("Relu par l’équipe, sauf ce qui est arrivé depuis"), "good"),
    ReviewStatus.CHANGED: (N_("À revoir : ses idées ont changé depuis la relecture"), "warn"),
}


def list_words(rows: Iterable[CurrentCluster], campaign: Campaign) -> dict[int, list[str]]:
    """Return the keywords of each row of `clusters.list_current`, without those that only ideas since hidden had."""
    rows = list(rows)
    torn = [row.id for row in rows if not row.is_whole]
    said = queries.members.list_member_stems(torn, campaign.current_run_id) if torn else {}
    return {
        row.id: row.keywords if row.is_whole else [word for word in row.keywords if is_said(word, said.get(row.id, []))]
        for row in rows
    }


def keep_said(row: CurrentCluster, evidence: list[Evidence]) -> list[str]:
    """Return the keywords of a subject, without those that only ideas since hidden had."""
    members = [one.stems for one in evidence]
    return row.keywords if row.is_whole else [word for word in row.keywords if is_said(word, members)]


def name_subject(number: int, name: str, words: list[str]) -> str:
    """Return what a subject is called: its name, else its first words, else its number."""
    title = name or ", ".join(words[:SHOWN_WORDS])
    return title[:1].upper() + title[1:] if title else gettext("Sujet n° %(number)s", number=number)


def name_subjects(rows: Iterable[CurrentCluster], campaign: Campaign) -> dict[int, str]:
    """Return what each subject of `clusters.list_current` is called, in their order."""
    rows = list(rows)
    words = list_words([row for row in rows if not (row.name or row.title)], campaign)
    return {row.id: name_subject(row.id, row.name or row.title, words.get(row.id, [])) for row in rows}


def is_reviewed(row: CurrentCluster) -> bool:
    """Tell whether a review of the subject holds, but for what came since."""
    return row.review_status in (ReviewStatus.CONFIRMED, ReviewStatus.JOINED)


def state_tag(status: ReviewStatus) -> StateTag:
    """Return who stands behind a subject as it is now, in words, with their tone."""
    name, tone = REVIEW_STATUS_NAMES[status]
    return StateTag(gettext(name), tone)


class SubjectLine(TypedDict):
    """What `subject_line` takes, by name; `share`: of the people of the most supported subject, in percent."""

    title: str
    url: str
    idea_count: int
    people_count: int
    words: list[str]
    state: str
    is_full: bool
    share: int
    lang: str


def make_line(row: CurrentCluster, name: str, people_count: int, most: int) -> SubjectLine:
    """Return what is shown of a subject in a list."""
    return {
        "title": name,
        "url": address_of("subjects.show", "cluster_id", row.id),
        "idea_count": row.idea_count,
        "people_count": people_count,
        "words": row.keywords[:SHOWN_WORDS] if row.is_whole and (row.name or row.title) else [],
        "state": state_tag(row.review_status).words,
        "is_full": is_reviewed(row),
        "share": round(100 * people_count / most) if most else 0,
        "lang": foreign(),
    }


def count_waves(evidence: Iterable[Evidence]) -> list[str]:
    """Return, in words, how many ideas of a subject came by waves that a person labelled."""
    counts = Counter(one.wave_label for one in evidence)
    coordinated, call = (counts[label] for label in COUNTED_APART)
    said = [
        ngettext("%(num)s d’un envoi coordonné", "%(num)s d’un envoi coordonné", coordinated) if coordinated else "",
        ngettext("%(num)s en relais d’un appel", "%(num)s en relais d’un appel", call) if call else "",
    ]
    return [words for words in said if words]


class ThemeCount(NamedTuple):
    """A theme of high-value data, how many ideas of a subject are of it, and the list of these."""

    name: str
    idea_count: int
    url: str


def count_high_values(cluster_id: int, evidence: Iterable[Evidence]) -> list[ThemeCount]:
    """Return the themes of high-value data that ideas of a subject are of, those of most ideas first."""
    counts = Counter(one.high_value for one in evidence if one.high_value is not None)
    return [
        ThemeCount(gettext(HIGH_VALUE_NAMES[theme]), count, _find_list_url(cluster_id, theme))
        for theme, count in counts.most_common()
    ]


def _find_list_url(cluster_id: int, theme: HighValue) -> str:
    return url_for("ideas.index", **{"sujet": str(cluster_id), "forte-valeur": theme})  # type: ignore[arg-type]


class WordCount(NamedTuple):
    """A word that ideas of a subject share, how many of them say it, and that as a percentage."""

    word: str
    said_count: int
    share: int


def count_words(keywords: Iterable[str], evidence: list[Evidence]) -> list[WordCount]:
    """Return the words that distinguish a subject, said by two of its ideas at least, those of most ideas first."""
    counted = [(word, count_said(word, (one.stems for one in evidence))) for word in keywords]
    shared = sorted((one for one in counted if one[1] > 1), key=lambda one: -one[1])[:COUNTED_WORDS]
    return [WordCount(word, count, round(100 * count / len(evidence))) for word, count in shared]


class NearLine(NamedTuple):
    """A subject near another, and how alike their two most alike ideas are."""

    title: str
    url: str
    likeness: float


def list_near_subjects(cluster_id: int, evidence: list[Evidence], run_id: int | None) -> list[NearLine]:
    """Return the subjects whose ideas are most like those of this one, the nearest first."""
    own = {one.idea_id for one in evidence}
    links = [(number, likeness) for one in evidence for number, likeness, _words in one.near or () if number not in own]
    if not links:
        return []
    best: dict[int, float] = {}
    named: dict[int, str] = {}
    where = {row.idea_id: row for row in queries.subjects.list_subjects_of({number for number, _ in links}, run_id)}
    for number, likeness in links:
        near = where.get(number)
        if near is not None and near.cluster_id != cluster_id:
            best[near.cluster_id] = max(best.get(near.cluster_id, 0.0), likeness)
            named[near.cluster_id] = name_subject(near.cluster_id, near.name or near.title, [])
    ranked = sorted(best, key=lambda other: (-best[other], other))[:NEAR_SUBJECTS]
    return [NearLine(named[other], url_for("subjects.show", cluster_id=other), best[other]) for other in ranked]


def make_shared(shared: Iterable[tuple[str, float]]) -> list[str]:
    """Return shared words with their part of the likeness, as text."""
    return [f"{word} {format_percent(part)}" for word, part in shared]
