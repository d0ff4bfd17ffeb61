"""The fits: accustomed waits to levels and to observed posted waits, latent demand to counted volumes; and the fit
without each observed port in turn.
"""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from border_sim.calibration.figures import (
    followed,
    latent_factors,
    uncalibrated,
    with_factors,
    with_law,
    with_waits,
)
from border_sim.calibration.law import blended_wait, fitted_law
from border_sim.calibration.levels import levels
from border_sim.calibration.trial import Trials
from border_sim.loading.observed import Observed
from border_sim.observed.compare import MANY_WEEKS, compared, errors
from border_sim.spec.accustomed import CURVES, needed_groups
from border_sim.spec.scenario import Catalogue
from border_sim.spec.staffing import Group, group_of
from border_sim.vocabulary import LaneClass, Mode

WEEKS: Final = MANY_WEEKS
YEAR_DAYS: Final = 366
ROUNDS: Final = 5
VOLUME_ROUNDS: Final = 4
DAMPING: Final = 0.7
"""The part of a correction that a round makes: posted waits answer a little more than in proportion."""
FEWEST_CELLS: Final = 20
"""A group with fewer observed cells keeps the wait of its level."""
FARTHEST: Final = 2.0
"""The most by which a round multiplies or divides a wait."""

Tell = Callable[[str], None]


class Fit(NamedTuple):
    """A catalogue with fitted figures, and where each accustomed wait comes from."""

    catalogue: Catalogue
    readings: dict[tuple[str, Mode, Group], int]
    """Cells and single readings behind each accustomed wait; 0: the law alone"""
    fitted: frozenset[tuple[str, Mode, Group]]
    """The waits that simulation has fitted to observed posted waits"""


def observed_ports(observed: Observed) -> list[str]:
    """The ports with observed cells, sorted."""
    return sorted(pc.unique(observed.cells["port"]).to_pylist())


def fit_levels(catalogue: Catalogue, observed: Observed, *, source: str = "", without: str | None = None) -> Fit:
    """The law and all accustomed waits from levels, those of the port `without` apart. No simulation."""
    own = levels(observed, catalogue.planning.hour_shape, without=without)
    catalogue = with_law(catalogue, fitted_law(own, catalogue, source or catalogue.accustomed.source))
    waits, readings = {}, {}
    for slug, port in catalogue.ports.items():
        for mode, part in port.modes.items():
            for group in needed_groups(mode, part):
                if group in CURVES:
                    minutes, readings[slug, mode, group] = blended_wait(slug, group, own, catalogue)
                    waits[slug, mode, group] = round(minutes, 1)
    return Fit(with_waits(catalogue, waits), readings, frozenset())


def fit_posted(fit: Fit, observed: Observed, trials: Trials, tell: Tell) -> Fit:
    """The accustomed waits of the observed ports corrected until mean posted waits are those observed."""
    ports, catalogue = observed_ports(observed), fit.catalogue
    waits: dict[tuple[str, Mode, Group], float] = {}
    for turn in range(ROUNDS):
        catalogue = fit_volumes(catalogue, ports, trials, rounds=2 if turn == 0 else 1, days=7 * WEEKS)
        cells = posted_cells(catalogue, observed, trials, ports)
        tell(f"posted waits, round {turn + 1} of {ROUNDS}: {mean_error(cells):.2f} min")
        waits = _corrected(catalogue, cells)
        catalogue = with_waits(catalogue, waits)
    return Fit(catalogue, fit.readings, frozenset(waits))


def fit_volumes(
    catalogue: Catalogue,
    ports: Iterable[str],
    trials: Trials,
    *,
    rounds: int,
    days: int,
    tell: Tell = lambda _: None,
) -> Catalogue:
    """The factors of latent demand of some ports, so that as many cross as were counted."""
    mine = list(ports)
    for turn in range(rounds):
        by_port = trials.run(catalogue, mine, days)
        factors = followed(latent_factors(catalogue), by_port)
        catalogue = with_factors(catalogue, {key: round(factor, 3) for key, factor in factors.items()})
        farthest = max(abs(ratio - 1) for trial in by_port.values() for ratio in trial.simulated_over_counted.values())
        tell(f"volumes, round {turn + 1} of {rounds}: at most {farthest:.1%} from those counted")
    return catalogue


def leave_one_out(catalogue: Catalogue, observed: Observed, trials: Trials, tell: Tell) -> pa.Table:
    """The comparison of each observed port under waits found without it, of all of them together. Its volumes are
    counted, not observed waits, and so they count.
    """
    parts = []
    for slug in observed_ports(observed):
        without = fit_levels(catalogue, observed, without=slug).catalogue
        without = fit_volumes(without, [slug], trials, rounds=2, days=7 * WEEKS)
        parts.append(posted_cells(without, observed, trials, [slug]))
        tell(f"without {slug}: {mean_error(parts[-1]):.2f} min")
    return pa.concat_tables(parts)


def posted_cells(catalogue: Catalogue, observed: Observed, trials: Trials, ports: Iterable[str]) -> pa.Table:
    """The comparison of ports under a catalogue."""
    by_port = trials.run(catalogue, ports, 7 * WEEKS)
    return compared(observed.cells, pa.concat_tables(trial.cells for trial in by_port.values()))


def mean_error(cells: pa.Table) -> float:
    """The mean absolute error of a comparison, minutes."""
    return float(errors(cells, [])["error_min"][0].as_py())


def _corrected(catalogue: Catalogue, cells: pa.Table) -> dict[tuple[str, Mode, Group], float]:
    sums: dict[tuple[str, Mode, Group], tuple[float, float, int]] = {}
    for row in errors(cells, ["port", "mode", "lane_class"]).to_pylist():
        mode = Mode(row["mode"])
        key = (row["port"], mode, group_of(mode, LaneClass(row["lane_class"])))
        seen, came, count = sums.get(key, (0.0, 0.0, 0))
        more = row["cells"]
        sums[key] = (seen + more * row["observed_min"], came + more * row["simulated_min"], count + more)
    waits = {}
    for (slug, mode, group), (seen, came, count) in sums.items():
        if group in CURVES and count >= FEWEST_CELLS:
            ratio = min(max(seen / max(came, 1e-9), 1 / FARTHEST), FARTHEST)
            wait = catalogue.ports[slug].modes[mode].accustomed_wait
            assert wait is not None
            waits[slug, mode, group] = round(max(wait.minutes[group], 0.5) * ratio**DAMPING, 1)
    return waits


class Calibration(NamedTuple):
    """A calibrated baseline, and how its posted waits compare with those observed."""

    fit: Fit
    fitted: pa.Table
    left_out: pa.Table
    """Each observed port under figures found without it"""


def calibrate(catalogue: Catalogue, observed: Observed, trials: Trials, how: str, tell: Tell) -> Calibration:
    """All fits in turn; `how` is said in the law's source. Raises `SpecError` if nothing is observed of a curve."""
    start = uncalibrated(catalogue)
    fit = fit_posted(fit_levels(start, observed, source=f"derived: {how}"), observed, trials, tell)
    volumes = fit_volumes(fit.catalogue, list(catalogue.ports), trials, rounds=VOLUME_ROUNDS, days=YEAR_DAYS, tell=tell)
    fitted = posted_cells(volumes, observed, trials, observed_ports(observed))
    return Calibration(fit._replace(catalogue=volumes), fitted, leave_one_out(start, observed, trials, tell))
