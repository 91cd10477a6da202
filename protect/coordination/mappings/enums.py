from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Method(TextChoices):
    """How needs were asked about."""

    # Translators, of each below: how a coordinator asked about needs.
    SERVICE = "service", _("Interview of a service")
    FOCUS_GROUP = "focus_group", _("Focus group")
    INFORMANT = "informant", _("Key informant interview")


class Setting(TextChoices):
    """The kind of organisation or group that was asked. It names no organisation."""

    # Translators, of each below: the kind of organisation or group that was asked.
    SHELTER = "shelter", _("Shelter or housing")
    HEALTH = "health", _("Health care")
    POLICE = "police", _("Police or justice")
    LEGAL = "legal", _("Legal advice")
    SOCIAL = "social", _("Social work or child protection")
    RECEPTION = "reception", _("Reception centre")
    NGO = "ngo", _("Non-governmental organisation")
    COMMUNITY = "community", _("Community or migrant organisation")
    AUTHORITY = "authority", _("Ministry or other authority")
    OTHER = "other", _("Other")


class PeopleGroup(TextChoices):
    """Coarse groups in which people of a conversation are counted."""

    # Translators, of each below: a group of people who took part in a conversation.
    WOMEN = "women", _("Women")
    MEN = "men", _("Men")
    GIRLS = "girls", _("Girls under 18")
    BOYS = "boys", _("Boys under 18")
    OTHER = "other", _("Other gender, or not stated")


FORM_BY_METHOD = {  # codes of the question sets in `questionnaires`
    Method.SERVICE: "mapping-service",
    Method.FOCUS_GROUP: "mapping-focus-group",
    Method.INFORMANT: "mapping-informant",
}
