"""The closed sets of attendance."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AttendanceState(TextChoices):
    # Translators: how somebody took part.
    PRESENT = "present", _("Present")
    # Translators: how somebody took part.
    LATE = "late", _("Came late")
    # Translators: how somebody took part.
    LEFT_EARLY = "left_early", _("Left early")
    # Translators: how somebody took part: they said why they could not come.
    EXCUSED = "excused", _("Excused")
    # Translators: how somebody took part.
    ABSENT = "absent", _("Absent")


class AttendanceMethod(TextChoices):
    # Translators: how it is known who was there: somebody ticked a list.
    LIST = "list", _("List")
    # Translators: how it is known who was there: staff scanned a code.
    SCAN = "scan", _("Scanned by staff")
    # Translators: how it is known who was there: a signed sheet was typed in.
    SHEET = "sheet", _("Signed sheet")
