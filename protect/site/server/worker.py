"""The application of each server process, with threads that keep its snapshot current."""

from protect.site.server.wsgi import application  # isort: skip - it sets Django up
from protect.matching import published

__all__ = ["application"]

published.start_snapshot_threads()
