"""The law of accustomed waits, fitted to levels, and the waits that it and a port's own level give together."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from border_sim.calibration.levels import Level
from border_sim.spec.accustomed import CURVES, MODES, entries, log_entries, root_of, wait_of
from border_sim.spec.problem import Problem, SpecError
from border_sim.spec.scenario import Catalogue
from border_sim.spec.staffing import AccustomedLaw, Group, Root

FEW_READINGS: Final = 4
"""So many readings of a port weigh as much as the law: a single reading says little of a level."""

Levels = Mapping[tuple[str, Root], Level]


def fitted_law(levels: Levels, catalogue: Catalogue, source: str) -> AccustomedLaw:
    """The law whose roots are nearest to those of the levels by least squares, each port of n readings weighing
    n / (n + `FEW_READINGS`).
    """
    coefficients = {curve: _fitted(curve, levels, catalogue) for curve in MODES}
    return AccustomedLaw(coefficients=coefficients, neighbour_km=catalogue.accustomed.neighbour_km, source=source)


def _fitted(curve: Root, levels: Levels, catalogue: Catalogue) -> tuple[float, float]:
    rows, roots = [], []
    for (slug, of_curve), level in levels.items():
        port = catalogue.ports[slug]
        if (
            of_curve != curve
            or MODES[curve] not in port.modes
            or not (traffic := entries(slug, curve, port, catalogue))
        ):
            continue
        weight = (level.readings / (level.readings + FEW_READINGS)) ** 0.5
        rows.append([weight, weight * log_entries(traffic)])
        roots.append(weight * level.root)
    if not rows:
        raise SpecError([Problem(("observed",), "", f"no port has observed {curve} waits, which the law is fitted to")])
    constant, slope = np.linalg.lstsq(np.array(rows), np.array(roots))[0].tolist()
    return round(constant, 3), round(slope, 3)


def blended_wait(slug: str, group: Group, levels: Levels, catalogue: Catalogue) -> tuple[float, int]:
    """The wait, minutes, that a port is known for by the catalogue's law and its own level, and the readings of that
    level. For a group with a curve, at a port with its mode.
    """
    port, roots, readings = catalogue.ports[slug], [], 0
    for curve in CURVES[group]:
        law = max(0.0, root_of(catalogue.accustomed, curve, entries(slug, curve, port, catalogue)))
        own = levels.get((slug, curve), Level(0.0, 0))
        roots.append((FEW_READINGS * law + own.readings * own.root) / (FEW_READINGS + own.readings))
        readings += own.readings
    return wait_of(roots), readings
