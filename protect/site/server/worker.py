"""What each process of the server runs: the application, with its snapshot kept by threads."""

from protect.site.server.wsgi import application  # isort: skip - it sets Django up
from protect.matching import published

__all__ = ["application"]

published.start_snapshot_threads()
