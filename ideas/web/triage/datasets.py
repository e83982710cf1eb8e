"""The data sets already open that may answer a subject: read where the answer is written."""

from flask import current_app

from ideas.retrieval.similar import find_similar_datasets
from ideas.store import queries
from ideas.store.models import Idea
from ideas.web.moderation.presentation import OpenDatasets, make_open

OPEN = 0.15  # of likeness, from which a data set is shown beside a subject, whose many words make it less like any one
READ_TITLES = 25


def find_open_to(name: str, ideas: list[Idea]) -> OpenDatasets:
    """Return the data sets that the authors of these ideas recognised, and those that their titles are like."""
    ticked = {row.id: row for row in queries.ideas.list_ticked([idea.id for idea in ideas]).values()}
    text = " ".join([name, *(idea.title for idea in ideas[:READ_TITLES])])
    alike = find_similar_datasets(text, var=current_app.config["IDEAS"].var, count=3)
    return make_open(list(ticked.values()), [one for one in alike if one.likeness >= OPEN])
