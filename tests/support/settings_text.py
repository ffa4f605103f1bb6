"""The smallest settings file that is complete (DESIGN §4)."""

from __future__ import annotations

MINIMAL = """schema = 1
hostname = "mx.office.example"
postmaster = "it@office.example"
[backend.exchange]
hosts = ["10.0.0.9:25"]
[domain."office.example"]
backend = "exchange"
"""
