"""Series kept aside by family while ports are read one after the other: OpenMetrics wants a family's together."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self

import numpy as np

from border_sim.monitoring.history.instants import Instants
from border_sim.monitoring.history.series import Series


class SeriesSpool:
    """Holds labels in memory and figures in files without a name in `folder`, which are gone when it is closed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()
        self._files: dict[str, IO[bytes]] = {}
        self._kept: dict[str, list[tuple[tuple[str, ...], Instants]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._stack.close()

    def add(self, series: Series, instants: Instants) -> None:
        """Keep a series aside. Raises `OSError` if there is no room."""
        if series.family not in self._files:
            file = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed with the others
            self._files[series.family] = self._stack.enter_context(file)
        np.save(self._files[series.family], series.values, allow_pickle=False)
        self._kept.setdefault(series.family, []).append((series.labels, instants))

    def of_family(self, family: str) -> Iterator[tuple[Series, Instants]]:
        """The series of a family in the order in which they were added."""
        if family in self._files:
            self._files[family].seek(0)
        for labels, instants in self._kept.get(family, []):
            yield Series(family, labels, np.load(self._files[family], allow_pickle=False)), instants
