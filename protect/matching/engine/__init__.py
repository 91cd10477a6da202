"""The engine: the oracle's answers, from columns in memory, in a thousandth of the time.

The definition of every answer is tests/matching/oracle.py; a property test holds the two equal.
Source: docs/adr/0007-engine.md.
"""

from protect.matching.engine.engine import Engine

__all__ = ["Engine"]
