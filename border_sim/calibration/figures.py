"""The figures of a catalogue that are fitted: read from it, and laid over it."""

from collections.abc import Mapping
from typing import Any

from border_sim.calibration.trial import Trial
from border_sim.spec.change import changed_port
from border_sim.spec.demand import Annual
from border_sim.spec.port_check import tables_of
from border_sim.spec.scenario import Catalogue
from border_sim.spec.staffing import AccustomedLaw, Group
from border_sim.vocabulary import Mode

Waits = Mapping[tuple[str, Mode, Group], float]
"""Accustomed waits, minutes, by port, mode and group."""
Factors = Mapping[tuple[str, Mode], float]
"""Factors of latent demand by port and mode."""


def latent_factors(catalogue: Catalogue) -> dict[tuple[str, Mode], float]:
    """The factors that a catalogue has."""
    return {
        (slug, mode): part.demand.latent.factor
        for slug, port in catalogue.ports.items()
        for mode, part in port.modes.items()
        if isinstance(part.demand, Annual)
    }


def uncalibrated(catalogue: Catalogue) -> Catalogue:
    """The catalogue as before a calibration: without factors of latent demand, so that a new one finds the same."""
    return with_factors(catalogue, dict.fromkeys(latent_factors(catalogue), 1.0))


def with_factors(catalogue: Catalogue, factors: Factors) -> Catalogue:
    """The catalogue with other factors of latent demand; the others stay."""
    changes: dict[str, Any] = {}
    for (slug, mode), factor in factors.items():
        part = changes.setdefault(slug, {}).setdefault(mode.value, {})
        part["demand"] = {"latent": {"factor": factor}}
    return _changed(catalogue, changes)


def with_waits(catalogue: Catalogue, waits: Waits) -> Catalogue:
    """The catalogue with other accustomed waits; the others stay."""
    changes: dict[str, Any] = {}
    for (slug, mode, group), minutes in waits.items():
        part = changes.setdefault(slug, {}).setdefault(mode.value, {"accustomed_wait": {"minutes": {}}})
        part["accustomed_wait"]["minutes"][group] = minutes
    return _changed(catalogue, changes)


def with_law(catalogue: Catalogue, law: AccustomedLaw) -> Catalogue:
    """The catalogue with another law of accustomed waits."""
    return Catalogue.model_validate({**dict(catalogue), "accustomed": law})


def followed(factors: Factors, trials: Mapping[str, Trial]) -> dict[tuple[str, Mode], float]:
    """The factors after a trial with them: as much less as more crossings came than were counted. Throughput is nearly
    proportional to the factor, since planned booths follow it too; hence a few rounds.
    """
    return {
        (slug, mode): factor / trials[slug].simulated_over_counted.get(mode, 1.0)
        for (slug, mode), factor in factors.items()
        if slug in trials
    }


def _changed(catalogue: Catalogue, changes: Mapping[str, Any]) -> Catalogue:
    tables = tables_of(catalogue)
    ports = {slug: changed_port(catalogue.ports[slug], {"modes": modes}, tables) for slug, modes in changes.items()}
    return Catalogue.model_validate({**dict(catalogue), "ports": {**catalogue.ports, **ports}})
