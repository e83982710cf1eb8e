"""Where the requests of some ideas stand, a promise that was not kept among them: read where they are answered."""

from ideas.domain.handling import Handling
from ideas.http.clock import now
from ideas.store import queries
from ideas.store.models import Idea
from ideas.web.labels import StateTag, find_outcome, handling_tag


def list_states(ideas: list[Idea]) -> list[StateTag]:
    """Return each state that these requests are in, once, then by how long the oldest promise is late."""
    states = sorted({handling_tag(idea.handling) for idea in ideas})
    promised = [idea.id for idea in ideas if idea.handling is Handling.SCHEDULED]
    oldest = queries.handling.find_oldest_promise(promised) if promised else None
    outcome = find_outcome(Handling.SCHEDULED, oldest, now().date()) if oldest else None
    late = [StateTag(outcome.words, "warn")] if outcome and outcome.tone == "late" else []
    return [*states, *late]
