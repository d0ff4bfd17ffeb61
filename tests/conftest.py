"""A test session: where it keeps what is slow to make, and what it tells at its end, on however many processors."""

import os
import tempfile
from pathlib import Path

import pytest

EXACT_THEORY = "exact theory"
"""The property of a test that holds an estimate and the exact value in words."""


def pytest_configure() -> None:
    """Where the user's cache folder cannot be written, keep compiled code and Kafka's jars in the folder of temporary
    files: else every command that a test calls would compile for itself.
    """
    if not os.environ.get("XDG_CACHE_HOME") and not _has_cache_folder():
        folder = Path(tempfile.gettempdir()) / f"border-sim-tests-of-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        os.environ["XDG_CACHE_HOME"] = str(folder)


def _has_cache_folder() -> bool:
    try:
        folder = Path("~/.cache/border-sim").expanduser()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # a home that is missing or not to be written to
        return False
    return os.access(folder, os.W_OK)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell each estimate that was held against theory and how many replications it took."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    verdicts = [
        value
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == EXACT_THEORY
    ]
    if verdicts:
        terminalreporter.section(EXACT_THEORY)
        for verdict in verdicts:
            terminalreporter.line(verdict)
