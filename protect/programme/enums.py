from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EnquiryKind(TextChoices):
    """What a visitor of the programme's site asks for. Each value is the key of a heading in the
    page `programme-action`."""

    # Translators, of each below: what an organisation asks for on the site of the programme.
    TRAINING = "training", _("Training")
    SERVICE = "service", _("Service for the directory")
    CORRECTION = "correction", _("Correction of an entry")
    NUMBER = "number", _("Wrong number")
    GROUP = "group", _("Working group")
    MATERIALS = "materials", _("Order of materials")
    AMBASSADOR = "ambassador", _("Becoming an ambassador")


class EnquiryState(TextChoices):
    # Translators, of each below: the state of an enquiry.
    NEW = "new", _("Not answered")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class EnquiryMove(TextChoices):
    # Translators, of each below: a button: a step of an enquiry.
    ANSWER = "answer", _("Mark as answered")
    CLOSE = "close", _("Close the enquiry")
    REOPEN = "reopen", _("Mark as not answered")


class ResourceKind(TextChoices):
    """Kinds of resources. The words are those of the page `programme-frame`: kind_<value>."""

    MANUAL = "manual"
    GUIDE = "guide"
    SOP = "sop"
    FILM = "film"
    MATERIAL = "material"
