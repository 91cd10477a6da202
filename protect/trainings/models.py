"""What trainings keep. Names stand where a grant wants them, and nowhere else."""

from __future__ import annotations

from protect.trainings.attendance.models import Attendance, Excuse, PrintedList, SignedSheet
from protect.trainings.curricula.models import (
    Course,
    CourseModule,
    CourseVersion,
    Module,
    ModuleVersion,
)
from protect.trainings.documents.models import PaperHead
from protect.trainings.needs.models import Need
from protect.trainings.registrations.models import (
    Cohort,
    CountedPerson,
    OrgQuota,
    Participant,
    PersonDoubt,
    Registration,
    Roster,
    Sender,
    WaitingMove,
)
from protect.trainings.scheduling.models import (
    Away,
    Booking,
    Edition,
    Resource,
    Session,
    Suitability,
    Travel,
    Venue,
)

__all__ = [
    "Attendance",
    "Away",
    "Booking",
    "Cohort",
    "CountedPerson",
    "Course",
    "CourseModule",
    "CourseVersion",
    "Edition",
    "Excuse",
    "Module",
    "ModuleVersion",
    "Need",
    "OrgQuota",
    "PaperHead",
    "Participant",
    "PersonDoubt",
    "PrintedList",
    "Registration",
    "Resource",
    "Roster",
    "Sender",
    "Session",
    "SignedSheet",
    "Suitability",
    "Travel",
    "Venue",
    "WaitingMove",
]
