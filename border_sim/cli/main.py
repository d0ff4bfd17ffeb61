"""The command line: `border-sim`. Exit codes: 0 done, 1 a check failed, 2 wrong input."""

import atexit
import gc

import click

from border_sim.cli.lazy_group import LazyGroup
from border_sim.cli.standard_streams import open_standard_streams, written_output
from border_sim.version import __version__

GARBAGE_AFTER = 50_000
"""Objects made, less those gone, before garbage is looked for; Python's own figure is 2,000 or less."""

COMMANDS = {
    "calibrate": "Fit the baseline to CBP's waits (for maintainers).",
    "compare-observed": "Compare the posted waits of a run with CBP's.",
    "consume": "Turn events on Kafka into metrics, exactly once.",
    "dead-letters": "List the records of a stream that were refused, and why.",
    "explain": "Tell what a scenario changes: old -> new.",
    "import-waits": "Read CBP's border wait time feed into a table.",
    "live": "Simulate at the pace of the clock.",
    "metrics": "Compute a run's metrics again, or read them back; compare.",
    "openmetrics": "Write a finished run for Prometheus, at simulated times.",
    "ports": "List the ports of the catalogue.",
    "replay": "Send a run's events again, at any speed.",
    "report": "Make the page of a run again.",
    "run": "Simulate, and write a run directory.",
    "show": "Show one port: hours, booths, demand, waits, sources.",
    "summary": "Sum up a run by port, mode, lane and station.",
    "topics": "Make the topics of a stream, or check them.",
    "verify": "Compare the two engines, row by row.",
    "validate": "List every mistake in configuration files.",
}
"""By name, one line of help; a command's module in `cli.commands` is imported when it is called."""


@click.group(cls=LazyGroup, helps=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="border-sim")
def group() -> None:
    """Simulate the 47 US-Mexico land ports of entry, northbound."""


def main() -> None:
    """Entry point of the console script.

    Modules make many objects that stay: to look among them for garbage less often, and not at the end, saves a fifth of
    a short command's time.
    """
    gc.set_threshold(GARBAGE_AFTER)
    atexit.register(gc.freeze)
    open_standard_streams()
    with written_output():
        group(prog_name="border-sim")


if __name__ == "__main__":
    main()
