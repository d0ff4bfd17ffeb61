"""border-sim: a discrete-event simulator of the 47 US-Mexico land ports of entry.

    run = border_sim.simulate(ports=["sasabe"], days=2)     # `load_scenario`, `change`, `open_run`, `plot`, ...

What goes wrong is told with its place, the value found there, and what would be right:

    BorderSimError
    ├── SpecError            (ValueError too) a scenario, change or argument is wrong; `problems` holds every mistake
    ├── WholeError           (ValueError too) a field is wrong in what it stands in; `SpecError` then tells it there
    ├── LoadError            files are wrong; `problems` holds every mistake with file and line
    ├── AliasError           an alias or a merge key of a YAML file stands for nothing that can be used
    ├── DirectoryError       a run directory cannot be made, or read
    │   └── HistoryError         there is nothing of a run to tell Prometheus
    ├── LogError             (ValueError too) a table of a run's log says what no run writes
    ├── ReportError          a run's page cannot be made
    ├── CodecError           (ValueError too) a line is no event that this version reads
    │   ├── VersionError         of another version
    │   └── UnknownPoolError     of a pool that its port does not have
    ├── FeedError            (ValueError too) a field of CBP's border wait time feed says what cannot be
    ├── StreamingError       Kafka cannot be reached, or refuses
    ├── ServeError           an address cannot be listened on
    ├── EvictedError         a consumer group has gone on without this process
    ├── SourceError, ReplayError, SpoolError     what is to be replayed is not there, or finds no room
    └── RefusedError, StateError, WindowError    a record of a stream cannot be counted, gone on from, or read
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from border_sim.version import __version__

if TYPE_CHECKING:
    from border_sim.api.plot import plot
    from border_sim.api.result import Result, open_run
    from border_sim.api.scenarios import baseline, catalogue, change, load_scenario
    from border_sim.api.simulation import simulate
    from border_sim.errors import BorderSimError
    from border_sim.loading.file_problem import LoadError
    from border_sim.run.directory import DirectoryError
    from border_sim.spec.problem import SpecError
    from border_sim.spec.scenario import Catalogue, Scenario

__all__ = [
    "BorderSimError",
    "Catalogue",
    "DirectoryError",
    "LoadError",
    "Result",
    "Scenario",
    "SpecError",
    "__version__",
    "baseline",
    "catalogue",
    "change",
    "load_scenario",
    "open_run",
    "plot",
    "simulate",
]
_MODULES: Final = {
    "BorderSimError": "errors",
    "Catalogue": "spec.scenario",
    "DirectoryError": "run.directory",
    "LoadError": "loading.file_problem",
    "Result": "api.result",
    "Scenario": "spec.scenario",
    "SpecError": "spec.problem",
    "baseline": "api.scenarios",
    "catalogue": "api.scenarios",
    "change": "api.scenarios",
    "load_scenario": "api.scenarios",
    "open_run": "api.result",
    "plot": "api.plot",
    "simulate": "api.simulation",
}
"""Where each name comes from. It is imported when it is asked for, so that the command line starts quickly."""

if not TYPE_CHECKING:  # a type checker sees the imports above, and refuses other names

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)

    def __dir__() -> list[str]:
        return sorted(__all__)
