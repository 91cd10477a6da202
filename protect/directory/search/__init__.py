"""Search of services by name, town, number or short code, with one typing error allowed.

Kept in memory and renewed when the directory's version has moved on, as the match is.
"""

from __future__ import annotations

from protect.directory.search.index import MOST
from protect.directory.search.store import find, forget

__all__ = ["MOST", "find", "forget"]
