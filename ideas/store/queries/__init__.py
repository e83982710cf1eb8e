"""One function per question, gathered under `queries`."""

from ideas.store.queries.accounts import *  # noqa: F403
from ideas.store.queries.campaigns import *  # noqa: F403
from ideas.store.queries.clusters import *  # noqa: F403
from ideas.store.queries.decisions import *  # noqa: F403
from ideas.store.queries.editions import *  # noqa: F403
from ideas.store.queries.ideas import *  # noqa: F403
from ideas.store.queries.moderation import *  # noqa: F403
from ideas.store.queries.triage import *  # noqa: F403
