"""What a finished run knew of its ports: their names, and the waits that they were known for."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import BaseModel, Field, TypeAdapter

from border_sim.monitoring.known_ports import KnownPort
from border_sim.run.manifest_model import Configuration, ConfiguredPort
from border_sim.spec.port import NO_STATE
from border_sim.spec.staffing import Group, group_of
from border_sim.vocabulary import MINUTE_US, SECOND_US, Mode, lane_classes


class _Accustomed(BaseModel):
    minutes: dict[Group, float]


class _ModeThen(BaseModel):
    accustomed_wait: _Accustomed | None = None


_MODES: Final = TypeAdapter(dict[Mode, _ModeThen])
_MINUTE_S: Final = MINUTE_US / SECOND_US


class _PlanningThen(BaseModel):
    hour_shape: dict[Group, Annotated[tuple[float, ...], Field(min_length=24, max_length=24)]]


def known_then(configuration: Configuration) -> dict[str, KnownPort]:
    """The ports of a run by slug. Raises `ValidationError` where its configuration is not what a run writes."""
    planning = (configuration.model_extra or {}).get("planning")
    shapes = _PlanningThen.model_validate(planning).hour_shape if planning else {}
    return {
        port.slug: KnownPort(port.port.name, _state(port), dict(_accustomed_waits(port, shapes)))
        for port in configuration.ports
    }


def _state(port: ConfiguredPort) -> str:
    return "" if port.port.state in (None, NO_STATE) else str(port.port.state)


def _accustomed_waits(
    port: ConfiguredPort, shapes: dict[Group, tuple[float, ...]]
) -> Iterator[tuple[tuple[str, str], tuple[float, ...]]]:
    for mode, part in _MODES.validate_python(port.port.modes).items():
        minutes = part.accustomed_wait.minutes if part.accustomed_wait else {}
        for lane_class in lane_classes(mode):
            group = group_of(mode, lane_class)
            if group in minutes and group in shapes:
                yield (mode, lane_class), tuple(minutes[group] * of_hour * _MINUTE_S for of_hour in shapes[group])
