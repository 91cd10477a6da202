"""The directory for other systems: one question, and the whole of it by the standard."""

from __future__ import annotations

from protect.directory.api.hsds import profile_router, reading_router
from protect.directory.api.matching import router

__all__ = ["profile_router", "reading_router", "router"]
