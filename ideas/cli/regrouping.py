"""`ideas regroup`: one clustering run."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ideas.cli.base import as_json, find_campaign, opened, tell
from ideas.domain.accounts import Operator

if TYPE_CHECKING:
    from ideas.store.models import Run


@click.command()
@click.option("--campaign", "slug", required=True, metavar="SLUG", help="The campaign whose ideas are clustered.")
@click.option(
    "--subjects",
    type=click.FloatRange(0.01, 1),
    help="Mean likeness of the ideas of a subject; learnt from what reviewers confirmed when not given.",
)
@click.option("--requests", type=click.FloatRange(0.01, 1), help="Mean likeness of the ideas of a request.")
@click.option("--accept", is_flag=True, help="Show what is found at once, instead of proposing it to reviewers.")
@click.option("--dask", metavar="ADDRESS", help="Dask scheduler to share the work with; IDEAS_DASK when not given.")
@as_json
def regroup(
    slug: str, *, subjects: float | None, requests: float | None, accept: bool, dask: str | None, for_program: bool
) -> None:
    """Cluster the published ideas of a campaign.

    What is found is a proposal: it is shown once a reviewer accepts it, or at once with --accept. The first run of a
    campaign is accepted by itself. One runs at a time, here or by the worker.
    """
    from ideas.domain.jobs import Kind
    from ideas.operations.jobs import Means, run_now
    from ideas.store import queries

    with opened() as app:
        config = app.config["IDEAS"]
        means = Means(clock=lambda: datetime.now(UTC), var=config.var, dask=dask or config.dask or None)
        parameters = {"subject_cut": subjects, "request_cut": requests, "accept": accept}
        outcome = run_now(Kind.REGROUP, find_campaign(slug).id, means, actor=Operator(), parameters=parameters)
        run = queries.runs.find(outcome["run"])
        assert run is not None
        facts = _describe(run)
        quality = {name: measure for name, measure in run.quality.items() if measure is not None}
    if for_program:
        tell(facts | {"quality": quality}, for_program=True)
        return
    tell(facts | {f"quality, {name}": measure for name, measure in quality.items()}, for_program=False)


def _describe(run: "Run") -> dict[str, float]:
    return {
        "run": run.id,
        "ideas": run.idea_count,
        "clusters": run.cluster_count,
        "unclustered": run.unclustered_count,
        "near_duplicate_pairs": run.near_pair_count,
        "seconds": run.seconds,
    }
