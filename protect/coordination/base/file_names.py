"""Names of the files that the desk hands out: what a person looks for in a folder."""

from django.conf import settings
from django.utils.text import slugify

MAX_NAME = 80  # characters


def desk_file_name(*parts: object) -> str:
    """Return the name of a file without its ending, from words in any script."""
    words = slugify(" ".join(map(str, parts)), allow_unicode=True)[:MAX_NAME].strip("-")
    return f"demo-{words}" if settings.IS_DEMO else words
