"""Figures that a test recorded (`record_property("figure", ...)`) stand at the end of the output, one a line."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Also where the test ran in a worker of its own, whose output nobody sees."""
    for reports in list(terminalreporter.stats.values()):
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "figure" and report.when == "call":
                    terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2].partition('@')[0]}: {value}")
