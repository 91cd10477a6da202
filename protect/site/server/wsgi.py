"""The WSGI application of the server: the page cache around Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
django_application = get_wsgi_application()

from protect.matching import published  # noqa: E402 - needs Django set up
from protect.site.server.pagecache import PageCache  # noqa: E402

application = PageCache(django_application, published.snapshot_number)
