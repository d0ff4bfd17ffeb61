"""Simulate: a scenario -> a `Result`, in memory or in a run directory."""

import warnings
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter, field_validator

from border_sim.api.arguments import path_of
from border_sim.api.result import Result, open_run, port_by_port
from border_sim.api.scenarios import baseline, laid_over, shared_catalogue
from border_sim.inputs.booth_notices import with_booth_notices
from border_sim.loading.file_problem import LoadError
from border_sim.report.page import ReportError
from border_sim.report.write import write_page
from border_sim.run.defaults import MAX_REPLICATION, MAX_SEED, default_run_id, default_window_us, is_window
from border_sim.run.directory import DirectoryError
from border_sim.run.host import processors
from border_sim.run.manifest import read_manifest
from border_sim.run.new_directory import new_directory
from border_sim.run.port_run import EngineName, RunSettings
from border_sim.run.simulate import simulate as simulate_into
from border_sim.run.simulate import simulate_in_memory
from border_sim.spec.base import Spec
from border_sim.spec.checking import check
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Resolved, Scenario
from border_sim.spec.scenario_check import check_scenario
from border_sim.vocabulary import MINUTE_US

_LOGS: Final = frozenset({"parquet"})


class _Options(Spec):
    """How a run is made."""

    seed: Annotated[int, Field(strict=True, ge=0, le=MAX_SEED)]
    replication: Annotated[int, Field(strict=True, ge=0, le=MAX_REPLICATION)]
    engine: EngineName
    window_min: Annotated[int, Field(strict=True, ge=1)] | None
    workers: Annotated[int, Field(strict=True, ge=1, le=256)] | None

    @field_validator("window_min")
    @classmethod
    def _window(cls, minutes: int | None) -> int | None:
        if minutes and not is_window(minutes * MINUTE_US):
            raise ValueError("divides neither an hour nor, in hours, a day; write e.g. 5, 15, 60, 360")
        return minutes


_OPTIONS: Final = TypeAdapter(_Options)


def simulate(
    scenario: Scenario | None = None,
    *,
    ports: Sequence[str] | Literal["all"] | None = None,
    start: date | str | None = None,
    days: int | None = None,
    seed: int = 1,
    replication: int = 0,
    window_min: int | None = None,
    engine: EngineName = "compiled",
    workers: int | None = None,
    out: str | Path | None = None,
) -> Result:
    """Simulate a scenario (`None`: the baseline) and keep every crossing, as `border-sim run` does.

    The same scenario, ports, days, seed and replication give the same tables and event hash as the command, whatever
    the engine and the workers. The first call on a machine compiles the engine, which takes half a minute.

    - `ports`, `start` (a date or `2024-03-04`, local to each port) and `days` win over the scenario's own.
    - `seed`, 0 to 2**32 - 1, and `replication`, 0 to 2**31 - 1, are the key of every draw.
    - `window_min`: length of the windows of metrics, minutes that divide an hour, or whole hours; `None`: 15, in
      a run beyond 31 days 60.
    - `engine`: `compiled`, or `reference`, which is slow and gives the same.
    - `workers`: ports side by side; `None`: one per processor.
    - `out`: write a run directory there, which must not exist, and read the tables from it; `None`: keep them in
      memory, about 100 bytes a crossing.

    A page that cannot be made is a warning: the result is there without it.
    Raises `SpecError` with every mistake in the scenario or the arguments, `DirectoryError` if `out` exists or cannot
    be made, `OSError` if the disk does not take it all.
    """
    frame = {"ports": ports, "start": start, "days": days}
    given = {key: value for key, value in frame.items() if value is not None}
    changed = laid_over(baseline() if scenario is None else scenario, given)
    checked = check_scenario(changed, shared_catalogue())
    resolved = with_booth_notices(resolve(checked, shared_catalogue()), checked, shared_catalogue())
    folder = None if out is None else path_of("out", out)
    settings = _settings(
        resolved, seed=seed, replication=replication, engine=engine, window_min=window_min, workers=workers
    )
    if folder is None:
        manifest, tables = simulate_in_memory(resolved, settings)
        return Result(manifest, port_by_port(tables.table))
    with new_directory(folder, force=False):
        simulate_into(resolved, settings, folder)
        _write_page(folder)
    return open_run(folder)


def _write_page(folder: Path) -> None:
    """Make the run's page. Where that fails the run stands without it, and a warning says why."""
    try:
        write_page(folder, read_manifest(folder))
    except (DirectoryError, LoadError, ReportError) as error:
        warnings.warn(f"{folder}: the run is whole, but its report was not written: {error}", stacklevel=3)


def _settings(resolved: Resolved, **given: Any) -> RunSettings:
    options = check(_OPTIONS, given)
    return RunSettings(
        run_id=default_run_id(resolved, options.seed),
        seed=options.seed,
        replication=options.replication,
        window_us=options.window_min * MINUTE_US if options.window_min else default_window_us(resolved.days),
        engine=options.engine,
        logs=_LOGS,
        workers=options.workers or processors(),
    )
