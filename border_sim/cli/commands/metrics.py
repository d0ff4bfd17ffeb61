"""`border-sim metrics`: a run's metrics computed again from its log, or read back from Kafka, and compared."""

from pathlib import Path

import click

from border_sim.cli.damaged_run import damaged_run_exits
from border_sim.cli.kafka_options import topic_options
from border_sim.cli.options import Window
from border_sim.run.recompute import compare_with_log
from border_sim.spec.words import counted


@click.command("metrics")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--from-kafka", metavar="HOST:PORT", help="Read the metrics of a stream instead of a run's.")
@topic_options
@click.option("--run", metavar="ID", help="With --from-kafka: of this run alone.")
@click.option("--window", type=Window(), help="With --from-kafka: windows of this length alone; --compare knows it.")
@click.option(
    "--compare",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="With --from-kafka: compare with what this run wrote; its run is meant, unless --run names another.",
)
def command(
    folder: Path | None,
    from_kafka: str | None,
    topic_prefix: str,
    kafka_settings: Path | None,
    run: str | None,
    window: int | None,
    compare: Path | None,
) -> None:
    """Compute the metrics and event hashes of the run in DIR again from its log and compare them.

    With --from-kafka: tell what metrics a stream has given, and compare them. Exit code 1 if any differs, or if there
    are none.
    """
    if (folder is None) == (from_kafka is None):
        raise click.UsageError("name a folder that run wrote, or --from-kafka HOST:PORT, and not both")
    if window is not None and compare is not None:
        raise click.UsageError("--window does not go with --compare: the windows are as long as the run's")
    if folder is None:
        from border_sim.cli.metrics_from_kafka import print_metrics  # noqa: PLC0415 - Kafka's client takes long to import

        print_metrics(str(from_kafka), topic_prefix, kafka_settings, run, window, compare)
    elif run is not None or window is not None or compare is not None:
        raise click.UsageError("--run, --window and --compare go with --from-kafka")
    else:
        _compare_with_log(folder)


def _compare_with_log(folder: Path) -> None:
    with damaged_run_exits():
        comparison = compare_with_log(folder)
    click.echo(f"{counted(comparison.rows, 'row')} of metrics compared: {comparison.differing:,} differ")
    if comparison.example:
        click.echo(comparison.example)
    if comparison.wrong_hashes:
        click.echo(f"event hash differs: {', '.join(comparison.wrong_hashes)}")
    if comparison.differing or comparison.wrong_hashes:
        raise SystemExit(1)
