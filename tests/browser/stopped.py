"""The site as a server runs it, at an instant that never passes: a Sunday, 23:00 in Athens."""

from datetime import UTC, datetime

from protect.kernel import clock

AT = datetime(2026, 11, 29, 21, 0, tzinfo=UTC)
STOPPED = clock.frozen(AT)
STOPPED.__enter__()

import protect.site.server.wsgi as served  # noqa: E402 - the clock stands; this sets Django up
from protect.site.server import pagecache  # noqa: E402

pagecache.CACHED_QUALITY = 5  # a page that a test opens once is not worth 140 ms to compress

application = served.application

__all__ = ["application"]
