"""Services by what people at the desk type: names, towns, numbers, short codes; one slip forgiven.

Kept in memory and renewed when the directory's version has moved on, as the match is.
"""

from __future__ import annotations

from protect.directory.search.index import MOST
from protect.directory.search.store import forget, found

__all__ = ["MOST", "forget", "found"]
