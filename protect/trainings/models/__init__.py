"""What trainings keep. Names stand where a grant wants them, and nowhere else."""

from __future__ import annotations

from protect.trainings.models.attending import (
    Attendance,
    AttendanceClaim,
    HeadCount,
    PrintedList,
    SignedSheet,
    Tally,
)
from protect.trainings.models.certifying import (
    Certificate,
    CountedPerson,
    PersonDoubt,
    StatusList,
)
from protect.trainings.models.curricula import (
    Course,
    CourseModule,
    CourseVersion,
    Module,
    ModuleVersion,
)
from protect.trainings.models.measuring import (
    AnswerToken,
    FollowUp,
    Inquiry,
    LinkTaken,
    Measuring,
    Passed,
    PassVoucher,
    Response,
)
from protect.trainings.models.papers import PaperHead
from protect.trainings.models.planning import (
    Away,
    Booking,
    Edition,
    Resource,
    Session,
    Travel,
    Venue,
)
from protect.trainings.models.registering import (
    Cohort,
    Need,
    OrgQuota,
    Participant,
    Registration,
    Roster,
    Sender,
    WaitingMove,
)
from protect.trainings.models.requesting import (
    Ambassador,
    Debrief,
    SessionRequest,
    Suitability,
)

__all__ = [
    "Ambassador",
    "AnswerToken",
    "Attendance",
    "AttendanceClaim",
    "Away",
    "Booking",
    "Certificate",
    "Cohort",
    "CountedPerson",
    "Course",
    "CourseModule",
    "CourseVersion",
    "Debrief",
    "Edition",
    "FollowUp",
    "HeadCount",
    "Inquiry",
    "LinkTaken",
    "Measuring",
    "Module",
    "ModuleVersion",
    "Need",
    "OrgQuota",
    "PaperHead",
    "Participant",
    "PassVoucher",
    "Passed",
    "PersonDoubt",
    "PrintedList",
    "Registration",
    "Resource",
    "Response",
    "Roster",
    "Sender",
    "Session",
    "SessionRequest",
    "SignedSheet",
    "StatusList",
    "Suitability",
    "Tally",
    "Travel",
    "Venue",
    "WaitingMove",
]
