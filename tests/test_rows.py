"""Rows have the names and the types that their query says."""

from typing import NamedTuple

import pytest
import sqlalchemy as sa

from ideas.domain.decisions import DecisionKind
from ideas.domain.publication import Publication
from ideas.store.database import db, reading
from ideas.store.models import Idea
from ideas.store.rows import list_rows, stream_rows
from tests.factories import make_idea


class Stand(NamedTuple):
    id: int
    publication: Publication


QUERY = sa.select(Idea.id, Idea.publication)


@pytest.mark.parametrize("read", [list_rows, stream_rows])
def test_a_row_has_the_names_and_the_words_of_its_columns(app, read):
    idea = make_idea(publication="hidden")
    number = idea.id
    with reading():
        (row,) = read(Stand, QUERY)
    assert (row.id, row.publication) == (number, Publication.HIDDEN)
    assert isinstance(row.publication, Publication)


def test_columns_in_another_order_are_not_given_wrong_names(app):
    with pytest.raises(TypeError, match="Stand"):
        list_rows(Stand, sa.select(Idea.publication, Idea.id))


def test_a_column_of_words_keeps_their_texts(app):
    make_idea(publication=Publication.HIDDEN)
    assert db.session.scalar(sa.select(sa.cast(Idea.publication, sa.Text))) == "hidden"


def test_a_word_that_came_as_text_is_read_as_the_member(app):
    idea = make_idea(publication="awaiting_review")
    assert idea.publication is Publication.AWAITING_REVIEW
    assert db.session.scalars(sa.select(Idea).where(Idea.publication == "awaiting_review")).all() == [idea]


def test_a_word_of_another_list_finds_nothing(app):
    make_idea()
    assert not db.session.scalars(sa.select(Idea).where(Idea.publication == DecisionKind.LIFT)).all()
