"""`border-sim calibrate`: a maintainer's command that fits the baseline and writes the figures into `configs/`."""

import os
from pathlib import Path

import click

from border_sim.calibration.fit import calibrate, mean_error
from border_sim.calibration.trial import Trials
from border_sim.calibration.write import between, markdown, write_catalogue
from border_sim.cli.failure import WRONG_INPUT, wrong_input_exits
from border_sim.loading.catalogue import catalogue_folder, load_catalogue
from border_sim.loading.observed import load_observed
from border_sim.run.defaults import MAX_SEED

MARKER = "calibration"


@click.command("calibrate")
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=1, show_default=True, help="Seed of every trial.")
@click.option("--work", type=click.Path(path_type=Path), default=Path("calibration"), show_default=True,
              help="Where trials are kept; a calibration that was interrupted goes on from there.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="[one per processor]")
@click.option("--write", is_flag=True, help="Write the figures into configs/ and the table into docs/model.md.")
def command(seed: int, work: Path, workers: int, *, write: bool) -> None:
    """Fit accustomed waits and latent demand to CBP's posted waits and volumes, and tell the errors of it.

    It sees the waits of configs/observed alone. The same seed gives the same figures. Takes some minutes.
    """
    page, how = _page() if write else None, f"border-sim calibrate, seed {seed}"
    with wrong_input_exits():
        try:
            calibration = calibrate(load_catalogue(), load_observed(), Trials(work, seed, workers), how, click.echo)
        except OSError as error:
            click.echo(f"{work}: cannot keep trials ({error.strerror}); name another folder with --work", err=True)
            raise SystemExit(WRONG_INPUT) from None
    errors = f"fitted {mean_error(calibration.fitted):.2f}, left out {mean_error(calibration.left_out):.2f}"
    table = markdown(calibration.left_out, calibration.fitted)
    click.echo(f"mean absolute error, minutes: {errors}\n{table}")
    if page:
        written = write_catalogue(calibration.fit, catalogue_folder(), how)
        page.write_text(between(page.read_text(encoding="utf-8"), MARKER, table), encoding="utf-8")
        click.echo(f"written: {len(written)} files in {catalogue_folder()}, {page}")


def _page() -> Path:
    """The page that takes the table; exits before any work if it has no place for one."""
    page = catalogue_folder().parent / "docs" / "model.md"
    try:
        between(page.read_text(encoding="utf-8"), MARKER, "")
    except (OSError, ValueError) as error:
        click.echo(f"{page}: cannot take the table ({error}); --write needs a clone of the repository", err=True)
        raise SystemExit(WRONG_INPUT) from None
    return page
