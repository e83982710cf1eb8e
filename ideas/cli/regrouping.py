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
    "--resolution",
    type=click.FloatRange(0.05, 20),
    default=1.0,
    show_default=True,
    help="More gives more and smaller clusters.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Same seed, same clusters."
)
@click.option("--dask", metavar="ADDRESS", help="Dask scheduler to share the work with; IDEAS_DASK when not given.")
@as_json
def regroup(slug: str, *, resolution: float, seed: int, dask: str | None, for_program: bool) -> None:
    """Cluster the published ideas of a campaign.

    The run is shown on the pages of the campaign as soon as it is done. One at a time, here or by the worker.
    """
    from ideas.domain.jobs import Kind
    from ideas.operations.jobs import Means, run_now
    from ideas.store import queries

    with opened() as app:
        config = app.config["IDEAS"]
        means = Means(clock=lambda: datetime.now(UTC), var=config.var, dask=dask or config.dask or None)
        parameters = {"resolution": resolution, "seed": seed}
        outcome = run_now(Kind.REGROUP, find_campaign(slug).id, means, actor=Operator(), parameters=parameters)
        run = queries.clusters.find_run(outcome["run"])
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
