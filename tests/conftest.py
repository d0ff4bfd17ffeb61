"""What a test session tells at its end, on however many processors it ran."""

import pytest

EXACT_THEORY = "exact theory"
"""The property of a test that holds an estimate and the exact value in words."""


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
