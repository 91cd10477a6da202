from enum import StrEnum

from django.db.models import TextChoices


class SpotKind(StrEnum):
    """What a six-letter code stands for. The code is computed from the value: never change it."""

    COUNTRY = "country"  # the list of regions of a country
    AREA = "area"  # the list of districts or settlements of an area
    INITIAL = "initial"  # the settlements of a country or area with one first letter
    WHOLE = "whole"  # anywhere in a country or area; without a key: anywhere at all
    PLACE = "place"  # a settlement
    TIPS = "tips"
    HELPER = "helper"
    FIRST_HOURS = "first hours"  # of a country; without a key: of no country
    POLICE = "police"  # what the police of a country may ask and must report
    RIGHTS = "rights"  # a page about rights or safety, for a country or for none


class PageTitle(StrEnum):
    """The possible titles of a page: neutral, because histories and other people show them."""

    START = "Info"
    LIST = "Info · list"
    PAGE = "Info · page"
    FORM = "Info · form"
    CLOSED = "Info · closed"


class ReportOutcome(StrEnum):
    """What became of a report about a service, as the next page tells the visitor."""

    KEPT = "kept"
    UNSAFE = "unsafe"  # it contained something that must not be stored; nothing was stored
    INCOMPLETE = "incomplete"  # nothing was chosen, or the form was open too long


class ExitCheckResult(TextChoices):
    """The result of opening an exit page, to which "Close" leads."""

    OPENS = "opens"
    UNREACHABLE = "unreachable"  # no answer, or no valid certificate
    REFUSED = "refused"  # it answered with a status other than 200
    UNSAFE = "unsafe"  # it redirects to a URL without HTTPS
    NO_PAGE = "no_page"  # something other than HTML
    TOO_LARGE = "too_large"  # a slow phone would keep showing our page meanwhile
