"""Services by what people at the desk type: names, towns, numbers, short codes; one slip forgiven.

Kept in memory and renewed when the directory's version has moved on, as the match is.
"""

from __future__ import annotations

from protect.directory.lookup.index import MOST
from protect.directory.lookup.store import forget, found

__all__ = ["MOST", "forget", "found"]
