from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """Where a campaign reaches people."""

    # Translators, of each below: where a campaign reaches people.
    POSTER = "poster", _("Posters and leaflets")
    SOCIAL = "social", _("Social media")
    RADIO = "radio", _("Radio and television")
    PRESS = "press", _("Press")
    EVENT = "event", _("Events")


class ActionMark(StrEnum):
    """What has become of an action of a calendar, as an address says it."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class MaterialKind(TextChoices):
    # Translators, of each below: a kind of material of a campaign.
    POSTER = "poster", _("Poster")
    LEAFLET = "leaflet", _("Leaflet")
    WALLET_CARD = "wallet_card", _("Wallet card")
    PICTURE = "picture", _("Picture for social media, without text in it")
    FILM = "film", _("Film")
    SUBTITLES = "subtitles", _("Subtitles")
    SCHOOL = "school", _("Material for schools")


class FilmState(TextChoices):
    # Translators, of each below: what has become of an uploaded video.
    WAITING = "waiting", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Cannot be read")


class Licence(TextChoices):
    """The licence of a material; the codes are those of SPDX. Source: spdx.org/licenses."""

    # Translators, of each below: the licence of a poster or a film.
    CC_BY = "CC-BY-4.0", _("CC BY 4.0: others may change it and must name us")
    CC_BY_SA = "CC-BY-SA-4.0", _("CC BY-SA 4.0: others may change it under the same licence")
    CC_BY_ND = "CC-BY-ND-4.0", _("CC BY-ND 4.0: others may not change it")
    OWN = "own", _("Only members of the platform may use it")


class PaperSize(TextChoices):
    # Translators, of each below: a size of paper.
    A3 = "a3", "A3"
    A4 = "a4", "A4"
    A6 = "a6", "A6"
    CARD = "card", _("Card, 85 × 54 mm")


class ConsentKind(TextChoices):
    """Who a consent is about. Ambassadors are known by the code of the material alone."""

    # Translators, of each below: a person whom a material shows.
    PERSON = "person", _("Person in a picture or a film")
    AMBASSADOR = "ambassador", _("Ambassador")


class TakeDownCause(TextChoices):
    """Why a material was taken down, if no user typed a reason."""

    # Translators: why a poster or a film was taken down.
    CONSENT = "consent", _("A person withdrew consent")


class CopySource(TextChoices):
    # Translators, of each below: where the copies of a poster come from.
    PRINTED = "printed", _("Printed")
    RECEIVED = "received", _("Received")


class PlaceKind(TextChoices):
    """The kind of place at which copies are; the place itself is typed."""

    # Translators, of each below: a kind of place at which posters hang or leaflets lie.
    RECEPTION = "reception", _("Reception or asylum centre")
    HEALTH = "health", _("Doctor, hospital or pharmacy")
    SCHOOL = "school", _("School, course or childcare")
    OFFICE = "office", _("Public office or police")
    ORGANISATION = "organisation", _("Organisation or community group")
    WORSHIP = "worship", _("Place of worship")
    PUBLIC = "public", _("Street, station or shop")
    EVENT = "event", _("Event or stand")
    OTHER = "other", _("Other place")


class OrderState(TextChoices):
    # Translators, of each below: the state of an order of posters.
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    DISTRIBUTED = "distributed", _("Distributed")
    CANCELLED = "cancelled", _("Cancelled")


class OrderMove(TextChoices):
    """An action that changes the state of an order, if `rules.ORDER_MOVES` allows it."""

    # Translators, of each below: what was done with an order of posters.
    SEND = "send", _("Send")
    DISTRIBUTE = "distribute", _("Distribute")
    CANCEL = "cancel", _("Cancel")
    REOPEN = "reopen", _("Wait again")
    CORRECT = "correct", _("Correct")


class ReachMethod(TextChoices):
    """How people who were reached were counted; numbers of different methods are never added."""

    # Translators, of each below: how people reached by a campaign were counted.
    HEAD_COUNT = "head_count", _("Head count")
    PRINT_RUN = "print_run", _("Press: printed copies of the newspaper")
    LISTENERS = "listeners", _("Radio and television: figure of the station")
    IMPRESSIONS = "impressions", _("Social media: times shown")


class PrintedNumberState(TextChoices):
    """What has become of a number that was printed."""

    # Translators, of each below: what has become of a telephone number on a poster.
    SAME = "same", _("Still in the directory")
    UNCHECKED = "unchecked", _("Must be checked again")
    GONE = "gone", _("No longer right")


class OmissionReason(TextChoices):
    """Why a number is not on a paper, although an earlier one printed it or its line comes first
    in the directory."""

    # Translators, of each below: why a telephone number is not printed on a poster.
    GONE = "gone", _("it is no longer in the directory, or not everyone may call it any more")
    REPORTED = "reported", _("it was reported as wrong, and is being checked")
    OVERDUE = "overdue", _("it must be checked again")
    UNCHECKED = "unchecked", _("it was never checked")
    OUTRANKED = "outranked", _("other lines come first now")


class TextWait(TextChoices):
    """What a text waits for before it is printed in a language."""

    # Translators, of each below: what a text of a poster waits for in a language.
    TRANSLATION = "translation", _("Not translated yet")
    READING = "reading", _("Translated, waits for its readers")
    RELEASE = "release", _("Translated, waits for a release")
