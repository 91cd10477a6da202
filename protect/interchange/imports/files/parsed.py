"""What the parsers of imports return, held to its form, and the words for what they refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import TypeAdapter, ValidationError

from protect.interchange.errors import FileNotReadable, FileTooLarge, FileTooManyCells
from protect.kernel.errors import ProtectError
from protect.uploads import apart
from protect.uploads.refusal_reasons import EXHAUSTED, Refused

PROBLEMS: Mapping[str, Promise] = {
    # Translators: why a file was not read: the process that read it was stopped.
    EXHAUSTED: gettext_lazy("It takes too much time or memory to read."),
    "archive_damaged": gettext_lazy("The archive is damaged or locked."),
    "archive_unknown": gettext_lazy(
        "The archive holds no spreadsheet, no pages of JSON and no datapackage.json."
    ),
    "member_not_utf8": gettext_lazy("A file in the archive is not UTF-8."),
    "encoding_unknown": gettext_lazy("No encoding is called {encoding}."),
    "no_text": gettext_lazy("It is no text, or UTF-16: save it as CSV in UTF-8."),
    "csv_broken": gettext_lazy("Line {line}: {error}."),
    "sheet_damaged": gettext_lazy("The spreadsheet is damaged or locked with a password."),
    "sheet_missing": gettext_lazy("It has no such sheet."),
    "no_json": gettext_lazy("It is no JSON, or not whole."),
    # Translators: JSON: objects and lists that stand within one another.
    "depth": gettext_lazy("It nests more than {limit} levels."),
    "table_missing": gettext_lazy("The data package has no table {table}."),
    "package_broken": gettext_lazy("datapackage.json does not say where its tables are."),
    "toml_broken": gettext_lazy("It is no TOML: {error}."),
}
UNITS: Mapping[str, Callable[[], str]] = {
    "rows": lambda: _("rows"),
    "columns": lambda: _("columns"),
    # Translators: a unit after a number: 900 MB unpacked.
    "unpacked": lambda: _("MB unpacked"),
    # Translators: a unit after a number: 3000 files in the archive.
    "members": lambda: _("files in the archive"),
}
NO_FACTS: Mapping[str, str | int] = {
    "found": 0,
    "limit": 0,
    "line": 0,
    "encoding": "",
    "error": "",
    "table": "",
}


def parsed[T](parser: str, content: bytes, form: TypeAdapter[T], **options: str | int) -> T:
    """Return what a parser of `uploads.parsers` reads in a file, in a form.

    Errors: FileTooLarge, FileNotReadable, ParsersBusy; Refused, encoding_unclear.
    """
    try:
        return form.validate_json(apart.parse(parser, content, **options).body)
    except Refused as refusal:
        if refusal.code == "encoding_unclear":
            raise
        raise worded(refusal) from None
    except ValidationError:
        raise worded(Refused(EXHAUSTED)) from None


def worded(refusal: Refused) -> ProtectError:
    """Return the refusal of a parser in words."""
    facts = {**NO_FACTS, **refusal.facts}
    if refusal.code == "cells":
        return FileTooManyCells(limit=facts["limit"])
    if refusal.code in UNITS:
        unit = UNITS[refusal.code]()
        return FileTooLarge(found=facts["found"], unit=unit, limit=facts["limit"])
    problem = PROBLEMS.get(refusal.code, PROBLEMS[EXHAUSTED])
    return FileNotReadable(problem=str(problem).format_map(facts))
