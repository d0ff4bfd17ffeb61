"""What a user types, timed in processes of its own: a year of all ports, and the start of the command."""

import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final, NamedTuple

import pyarrow.compute as pc
import pyarrow.parquet as pq

from border_sim.loading.catalogue import load_catalogue
from border_sim.run.manifest import read_manifest
from border_sim.vocabulary import SECOND_US, Station
from tests.benchmarks.work import DifferentWorkError

BORDER_SIM: Final = (sys.executable, "-m", "border_sim.cli.main")
REPETITIONS: Final = 5


class LongRun(NamedTuple):
    """A run of the command."""

    ports: int
    crossings: int
    """That went in, the warm-up's too"""
    mean_wait_s: float
    """At primary, measured days only"""
    seconds: float
    """By the manifest"""
    peak_memory_mib: int
    """By the manifest"""


def long_run(options: str) -> LongRun:
    """`border-sim run` with these options, after one of a day that compiles what is not compiled yet.

    Raises `DifferentWorkError` if crossings got lost, `CalledProcessError` if the command fails.
    """
    with TemporaryDirectory() as parent:
        folder = Path(parent) / "run"
        command = [*BORDER_SIM, "run", *options.split(), "--out", str(folder), "--force", "--quiet"]
        subprocess.run([*command, "--days", "1"], check=True)
        subprocess.run(command, check=True)
        manifest = read_manifest(folder)
        counts, facts = manifest.counts, manifest.run_info
        if manifest.status != "complete" or counts.arrived != counts.released + counts.present:
            raise DifferentWorkError(f"{options}: {manifest.status}, crossings got lost: {counts}")
        wait_s = _mean_wait_s(folder / "metrics.parquet")
        return LongRun(len(manifest.ports), counts.arrived, wait_s, facts.seconds, facts.peak_memory_mib)


def day_seconds(options: str) -> float:
    """`border-sim run` of a day with these options and its report, the whole command, the median.

    Raises `DifferentWorkError` if there is no report, `CalledProcessError` if the command fails.
    """
    seconds = []
    with TemporaryDirectory() as parent:
        folder = Path(parent) / "run"
        command = [*BORDER_SIM, "run", *options.split(), "--days", "1", "--out", str(folder), "--force"]
        for _ in range(REPETITIONS):
            began = perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            seconds.append(perf_counter() - began)
            if not (folder / "report.html").is_file():
                raise DifferentWorkError(f"{options}: a run without a report")
    return median(seconds)


def _mean_wait_s(path: Path) -> float:
    windows = pq.read_table(path, columns=["station", "pool", "starts", "wait_us"])
    at_primary = windows.filter((pc.field("station") == Station.PRIMARY.value) & pc.field("pool").is_null())
    starts, wait_us = (int(pc.sum(at_primary[name]).as_py()) for name in ("starts", "wait_us"))
    return wait_us / starts / SECOND_US


def help_seconds() -> float:
    """`border-sim --help`, the median."""
    seconds = []
    for _ in range(REPETITIONS):
        began = perf_counter()
        subprocess.run([*BORDER_SIM, "--help"], check=True, stdout=subprocess.DEVNULL)
        seconds.append(perf_counter() - began)
    return median(seconds)


def loading_seconds() -> tuple[int, float]:
    """Ports in the catalogue, and the median time to read and check it, all its YAML files."""
    seconds = []
    for _ in range(REPETITIONS):
        began = perf_counter()
        catalogue = load_catalogue()
        seconds.append(perf_counter() - began)
    return len(catalogue.ports), median(seconds)
