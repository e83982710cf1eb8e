"""The branch of the tree that is one subject, cut finer: what the parts would be, before anybody decides."""

from functools import partial
from typing import NamedTuple

import sqlalchemy as sa

from ideas.store.models import Campaign, Idea, Membership
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

BACKGROUND = 1_000  # other ideas of the campaign: enough to know which words are rare in it
MOST_MEMBERS = 500
NEIGHBOURS, FAINTEST = 30, 0.02


class BranchIdea(NamedTuple):
    """What the engine reads of an idea."""

    id: int
    title: str
    data_wanted: str
    planned_use: str
    language: str


def find_parts(cluster_id: int, campaign: Campaign, count: int) -> list[list[int]]:
    """Return a subject's published ideas in `count` parts, the largest first; an idea that leaves alone stays in it.

    One part comes back when no finer cut makes as many.
    """
    members = _list_members(cluster_id, campaign, inside=True, most=MOST_MEMBERS)
    ideas = [*members, *_list_members(cluster_id, campaign, inside=False, most=BACKGROUND)]
    labels = _cut(ideas, len(members), count) if len(members) > 2 else []
    parts: dict[int, list[int]] = {}
    for member, label in zip(members, labels, strict=False):
        parts.setdefault(label, []).append(member.id)
    alone = parts.pop(-1, [])
    found = sorted(parts.values(), key=lambda part: (-len(part), part))
    if len(found) < count:
        return [[member.id for member in members]]
    return [sorted(found[0] + alone), *found[1:]]


def _cut(ideas: list[BranchIdea], size: int, count: int) -> list[int]:
    """Label the first `size` ideas by the coarsest cut that makes `count` parts of two ideas or more."""
    # The engine's libraries are heavy: a web process that cuts nothing does without them.
    from ideas.runs.inputs import idea_text
    from ideas.similarity.clustering.levels import hash_texts
    from ideas.similarity.clustering.tree import Tree, grow
    from ideas.similarity.neighbours.knn_graph import build_knn_graph
    from ideas.similarity.text.tfidf import Corpus

    texts = [idea_text(idea.title, idea.data_wanted, idea.planned_use) for idea in ideas]
    corpus = Corpus.fit(texts, [idea.language for idea in ideas])
    tree = grow(
        corpus.matrix[:size], hash_texts(texts[:size]), partial(build_knn_graph, k=NEIGHBOURS, likeness=FAINTEST)
    )
    for kept in range(len(tree.pairs), 0, -1):
        labels = Tree(size, tree.pairs[:kept], tree.likeness[:kept]).cut(0).tolist()
        if max(labels) + 1 >= count:
            return list(labels)
    return []


def _list_members(cluster_id: int, campaign: Campaign, *, inside: bool, most: int) -> list[BranchIdea]:
    members = sa.select(Membership.idea_id).where(
        Membership.run_id == campaign.current_run_id, Membership.cluster_id == cluster_id
    )
    query = sa.select(Idea.id, Idea.title, Idea.data_wanted, Idea.planned_use, Idea.language)
    query = query.where(Idea.campaign_id == campaign.id, listed())
    query = query.where(Idea.id.in_(members) if inside else Idea.id.not_in(members))
    return list_rows(BranchIdea, query.order_by(Idea.id).limit(most))
