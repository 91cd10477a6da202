"""`protect …` at an instant that never passes, with pages compressed fast: a page that a test reads
once is not worth 80 ms. `python -m tests.site.export.quick ISO-INSTANT COMMAND …`"""

import os
import sys
from datetime import datetime

from protect.kernel import clock
from protect.site import cli

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
    at = datetime.fromisoformat(sys.argv.pop(1))
    import django

    django.setup()
    from protect.site.server import pagecache

    pagecache.CACHED_QUALITY = 4
    with clock.frozen(at):
        cli.main()
