"""Reads the pages' templates without the indentation of their lines, and without the end of lines
that only hold tags which write nothing. Neither shows on a page; together they were a thirtieth of
the bytes of the longest public ones."""

import re

from django.template import Origin
from django.template.loaders.app_directories import Loader

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
SILENT_TAG = (
    r"\{% (?:if|elif|else|endif|for|empty|endfor|with|endwith|load|endcomment)\b(?:(?!%\}).)*%\}"
    r"|\{#(?:(?!#\}).)*#\}"
)
SILENT_LINE = re.compile(rf"^((?:{SILENT_TAG})+)\n", re.MULTILINE)


class CompactLoader(Loader):
    """Finds the templates of all apps. In pages the lines of errors count without SILENT_LINE."""

    def get_contents(self, origin: Origin) -> str:
        text = super().get_contents(origin)
        is_page = str(origin.template_name).endswith(".html")
        return compact_page(text) if is_page else INDENTATION.sub("", text)


def compact_page(text: str) -> str:
    """Return a template whose page has the same words, and spaces between the same words."""
    return SILENT_LINE.sub(r"\1", INDENTATION.sub("", text))
