"""The closed sets of the public site."""

from enum import StrEnum

from django.db.models import TextChoices


class Kind(StrEnum):
    """What a six-letter code stands for. Part of what the code is made from: never renamed."""

    COUNTRY = "country"  # list of its regions
    AREA = "area"  # list of its districts or settlements
    INITIAL = "initial"  # settlements of a country or area by first letter
    WHOLE = "whole"  # anywhere in a country or area; with no key: anywhere at all
    PLACE = "place"  # a settlement
    TIPS = "tips"
    HELPER = "helper"


class Title(StrEnum):
    """The titles a page may have: they stand in a history and over a shoulder."""

    START = "Info"
    LIST = "Info · list"
    PAGE = "Info · page"
    FORM = "Info · form"
    CLOSED = "Info · closed"


class Outcome(StrEnum):
    KEPT = "kept"
    UNSAFE = "unsafe"  # it held what must not be stored; nothing was
    INCOMPLETE = "incomplete"  # nothing chosen, or the page had stood open too long


class Opening(TextChoices):
    OPENS = "opens"
    UNREACHABLE = "unreachable"  # no answer, or no valid certificate
    REFUSED = "refused"  # an answer other than 200
    UNSAFE = "unsafe"  # leads to an address without HTTPS
    NO_PAGE = "no_page"  # something other than HTML
    TOO_LARGE = "too_large"  # a slow phone would still show ours
