"""The engine: gives the same answers as the oracle, tests/matching/oracle.py, much faster, from
columns in memory. A property test compares the two. Source: docs/adr/0007-engine.md."""

from protect.matching.engine.engine import Engine

__all__ = ["Engine"]
