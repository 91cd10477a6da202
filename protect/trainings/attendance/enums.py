from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AttendanceState(TextChoices):
    # Translators, of each below: how a participant took part.
    PRESENT = "present", _("Present")
    LATE = "late", _("Came late")
    LEFT_EARLY = "left_early", _("Left early")
    EXCUSED = "excused", _("Excused")  # announced beforehand, confirmed by staff
    ABSENT = "absent", _("Absent")


class AttendanceMethod(TextChoices):
    # Translators, of each below: how it is known who was there.
    LIST = "list", _("List")  # a trainer or coordinator ticked a list
    SCAN = "scan", _("Scanned by staff")  # staff scanned a code
    SHEET = "sheet", _("Signed sheet")  # a signed sheet was typed in
