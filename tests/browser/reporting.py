"""Run as a program: an office with people, and one entry that the public sees; prints its code.

python -m tests.browser.reporting entry1@demo.example moderator=mona1@demo.example …
"""

from __future__ import annotations

import os
import sys

import django


def show_entry(email: str, *invited: str) -> str:
    """Make the entry of `listing`, show it to the public, and return its short code."""
    from protect.directory.changes import touch
    from protect.directory.enums import Status
    from protect.directory.models import Service
    from protect.kernel import clock
    from tests.browser.listing import list_entry

    list_entry(email, *invited)
    service = Service.objects.get(source="browser", source_id=email)
    service.status, service.released_at = Status.PUBLISHED, clock.now()
    service.save(update_fields=["status", "released_at"])
    touch()
    return service.short


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
    django.setup()
    from django.db import transaction

    with transaction.atomic():
        print(show_entry(*sys.argv[1:]))  # noqa: T201 - the test reads it
