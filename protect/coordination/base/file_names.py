"""Names of the files of coordination: what they are, of which group or title, and of which day."""

from datetime import date

from django.conf import settings
from django.utils.text import slugify

from protect.reference.lookup.fold import fold

MAX_TITLE = 60  # characters of a title in a name


def file_name(kind: str, title: str, *more: str | int | date) -> str:
    """Return the name of a file without its ending, such as
    `demo-minutes-night-group-3-2026-12-10`. Titles in Latin script are written in ASCII, others as
    they are. `more`: what tells files of one title apart, such as number and day."""
    demo = "demo" if settings.IS_DEMO else ""
    parts = [demo, kind, _title_words(title), *(str(part).lower() for part in more)]
    return "-".join(filter(None, parts))


def _title_words(title: str) -> str:
    folded = "-".join(fold(title).split())
    words = folded if folded.isascii() else slugify(title, allow_unicode=True)
    return words[:MAX_TITLE].strip("-")
