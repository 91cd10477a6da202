"""The closed sets of trainings and sessions. What offices may add to is TOML, in `data`."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VersionState(TextChoices):
    """How far a version of a module or course is. Only a published one is pinned by editions."""

    # Translators: the state of a version of a course.
    DRAFT = "draft", _("Draft")
    # Translators: the state of a version of a course that its owner is to read.
    IN_REVIEW = "in_review", _("In review")
    # Translators: the state of a version of a course.
    PUBLISHED = "published", _("Published")
    # Translators: the state of a version of a course that nobody should use for something new.
    RETIRED = "retired", _("No longer used")


class VersionMove(TextChoices):
    """What is done to a version."""

    SUBMIT = "submit"
    RETURN = "return"  # to whoever wrote it, with a reason
    PUBLISH = "publish"
    RETIRE = "retire"


class EditionState(TextChoices):
    """Where an edition of a course stands."""

    # Translators: the state of a training that nobody can register for yet.
    PLANNED = "planned", _("Planned")
    # Translators: the state of a training: people can register.
    OPEN = "open", _("Registration open")
    # Translators: the state of a training: nobody can register any more.
    CLOSED = "closed", _("Registration closed")
    # Translators: the state of a training that has taken place.
    DONE = "done", _("Done")
    # Translators: the state of a training that does not take place.
    CANCELLED = "cancelled", _("Cancelled")


class EditionMove(TextChoices):
    """What is done to an edition."""

    OPEN = "open"
    CLOSE = "close"
    FINISH = "finish"
    CANCEL = "cancel"


class Delivery(TextChoices):
    """Where people meet."""

    # Translators: how a training is given.
    IN_PERSON = "in_person", _("In person")
    # Translators: how a training is given.
    ONLINE = "online", _("Online")
    # Translators: how a training is given: in a room and online at once.
    HYBRID = "hybrid", _("In person and online")


class Approval(TextChoices):
    """Who decides about a registration."""

    # Translators: registrations are confirmed at once while there are seats.
    AUTO = "auto", _("At once, while there are seats")
    # Translators: somebody decides about each registration.
    OWNER = "owner", _("Somebody decides about each")


class GroupPolicy(TextChoices):
    """What happens when a group is next in line and does not fit."""

    # Translators: who waits behind a group that does not fit gets the seat.
    SKIP = "skip", _("Others behind it go first")
    # Translators: free seats are kept until the whole group fits.
    HOLD = "hold", _("Seats are kept until it fits")


class SessionKind(TextChoices):
    """What a session is held for."""

    # Translators: a kind of session.
    TRAINING = "training", _("Training")
    # Translators: a kind of session: information in a school.
    SCHOOL = "school", _("School session")
    # Translators: a kind of session: information in a community.
    COMMUNITY = "community", _("Community session")


class CountMode(TextChoices):
    """Whether those present are known by name."""

    # Translators: the names of those present are kept.
    NAMED = "named", _("By name")
    # Translators: only how many people were there is kept.
    HEADCOUNT = "headcount", _("Counted, without names")


class ResourceKind(TextChoices):
    """What can be booked for a session."""

    # Translators: somebody who can be booked for a session.
    PERSON = "person", _("Person")
    # Translators: a place that can be booked for a session.
    VENUE = "venue", _("Venue")
    # Translators: something that can be booked for a session.
    CHILDCARE = "childcare", _("Childcare")
    # Translators: something that can be booked for a session.
    EQUIPMENT = "equipment", _("Equipment")


class BookingRole(TextChoices):
    """As what somebody or something is booked."""

    # Translators: somebody's part in a session.
    TRAINER = "trainer", _("Trainer")
    # Translators: somebody's part in a session.
    CO_TRAINER = "co_trainer", _("Co-trainer")
    # Translators: somebody's part in a session.
    INTERPRETER = "interpreter", _("Interpreter")
    # Translators: somebody's part in a session: a migrant who speaks about the programme.
    AMBASSADOR = "ambassador", _("Ambassador")
    # Translators: what a venue is booked as.
    ROOM = "room", _("Room")
    # Translators: what is booked for a session.
    CHILDCARE = "childcare", _("Childcare")
    # Translators: what is booked for a session.
    EQUIPMENT = "equipment", _("Equipment")


class BookingState(TextChoices):
    """Whether a resource is there. Asked and accepted are live: others find it taken."""

    # Translators: the state of a booking: an answer is awaited.
    ASKED = "asked", _("Asked")
    # Translators: the state of a booking.
    ACCEPTED = "accepted", _("Accepted")
    # Translators: the state of a booking.
    DECLINED = "declined", _("Declined")
    # Translators: the state of a booking.
    CANCELLED = "cancelled", _("Cancelled")


class BookingMove(TextChoices):
    """What is done to a booking."""

    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"


class Sex(TextChoices):
    """As people say it themselves."""

    # Translators: what somebody says of themselves.
    FEMALE = "f", _("Female")
    # Translators: what somebody says of themselves.
    MALE = "m", _("Male")
    # Translators: what somebody says of themselves.
    OTHER = "x", _("Other")
    # Translators: somebody does not say it.
    UNDISCLOSED = "undisclosed", _("Not said")


class Source(TextChoices):
    """How a registration came."""

    # Translators: how somebody came to a training: their organisation named them.
    NOMINATED = "nominated", _("Named by their organisation")
    # Translators: how somebody came to a training.
    APPLIED = "applied", _("Applied themselves")
    # Translators: how somebody came to a training: with their class.
    COHORT = "cohort", _("With their class")


class RegistrationState(TextChoices):
    """Where a registration stands. Applied and waiting are two things, with two words."""

    UNPROVEN = "unproven", _("Address not confirmed")  # our mail is not answered yet
    # Translators: the state of a registration: somebody must still decide.
    APPLIED = "applied", _("Awaiting a decision")
    # Translators: the state of a registration: no seat is free.
    WAITING = "waiting", _("Full, waiting")
    # Translators: the state of a registration: a seat is kept until they answer.
    OFFERED = "offered", _("Seat offered")
    # Translators: the state of a registration.
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    # Translators: the state of a registration.
    WITHDRAWN = "withdrawn", _("Withdrew")
    # Translators: the state of a registration for a training that does not take place.
    CANCELLED = "cancelled", _("Cancelled")


class RegistrationMove(TextChoices):
    """What is done to a registration."""

    PROVE = "prove"
    APPROVE = "approve"
    REFUSE = "refuse"
    OFFER = "offer"
    ACCEPT = "accept"
    LAPSE = "lapse"
    RENEW = "renew"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"


class WaitingRule(TextChoices):
    """Why somebody's place in the line changed, or did not."""

    # Translators: why somebody's place in a waiting list changed.
    JOINED = "joined", _("Joined the line")
    # Translators: why a waiting person was offered a seat.
    FREED = "freed", _("A seat became free")
    # Translators: why somebody who waits was passed over.
    GROUP_SKIPPED = "group_skipped", _("The group does not fit yet")
    # Translators: why nobody behind a group was offered a seat.
    GROUP_HELD = "group_held", _("Seats are kept for the group")
    # Translators: why somebody's place in a waiting list is at rest.
    LAPSED = "lapsed", _("The offer was not answered")
    # Translators: why somebody is back in a waiting list.
    RENEWED = "renewed", _("Wants to wait on")
    # Translators: why somebody's place in a waiting list changed: a person decided, with a reason.
    BY_HAND = "by_hand", _("Decided by hand")


class NeedKind(TextChoices):
    """What somebody needs to be able to take part."""

    # Translators: what somebody needs to take part.
    ACCESSIBILITY = "accessibility", _("Accessibility")
    # Translators: what somebody needs to take part: what they eat or do not eat.
    DIET = "diet", _("Food")
    # Translators: what somebody needs to take part.
    CHILDCARE = "childcare", _("Childcare")
    # Translators: what somebody needs to take part.
    INTERPRETER = "interpreter", _("Interpreter")


class NeedState(TextChoices):
    """How a need ended. Each is told to the person beforehand."""

    # Translators: the state of what somebody needs: nobody has done anything yet.
    OPEN = "open", _("To be arranged")
    # Translators: the state of what somebody needs.
    BOOKED = "booked", _("Booked")
    # Translators: the state of what somebody needs, such as food.
    ORDERED = "ordered", _("Ordered")
    # Translators: the state of what somebody needs.
    CANNOT_BE_MET = "cannot_be_met", _("Cannot be met")


class AttendanceState(TextChoices):
    """How somebody took part in a half day."""

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
    """How it became known who was there."""

    # Translators: how it is known who was there: somebody ticked a list.
    LIST = "list", _("List")
    # Translators: how it is known who was there: staff scanned a code.
    SCAN = "scan", _("Scanned by staff")
    # Translators: how it is known who was there: a signed sheet was typed in.
    SHEET = "sheet", _("Signed sheet")
    # Translators: how it is known who was there: the person scanned a code and staff confirmed it.
    CLAIM = "claim", _("Own scan, confirmed")


class Phase(TextChoices):
    """When and why a form is answered."""

    # Translators: a test before a training.
    PRE = "pre", _("Before the training")
    # Translators: a test after a training.
    POST = "post", _("After the training")
    # Translators: what people think of a training.
    EVALUATION = "evaluation", _("Evaluation")
    # Translators: a test with a name on it, for a certificate.
    NAMED = "named", _("Assessment by name")
    # Translators: what people use of a training, months later.
    FOLLOW_UP = "follow_up", _("Some months later")


class Assessment(TextChoices):
    """What shows that somebody has learned enough for a certificate."""

    # Translators: a certificate asks for attendance only.
    NONE = "none", _("Attendance is enough")
    # Translators: a certificate asks for a test with a name on it.
    NAMED = "named", _("A test by name")
    # Translators: a certificate asks for a slip that the anonymous test hands out.
    VOUCHER = "voucher", _("A slip from the anonymous test")


class SetOrder(TextChoices):
    """Which of two equivalent sets of questions is asked before, and which after."""

    # Translators: a course asks one and the same test before and after.
    SAME = "same", _("The same set before and after")
    # Translators: which of two tests a course asks when.
    AB = "ab", _("Set A before, set B after")
    # Translators: which of two tests a course asks whom; chance decides.
    HALVES = "halves", _("Half begin with A, half with B")


class Answered(TextChoices):
    """What became of somebody's yes to the offer of a seat."""

    SEATED = "seated"
    PASSED_ON = "passed_on"


class RequestState(TextChoices):
    """Where a request for an information session stands."""

    # Translators: the state of a request for an information session.
    RECEIVED = "received", _("Received")
    # Translators: the state of a request for an information session.
    AGREED = "agreed", _("Agreed")
    # Translators: the state of a request for an information session.
    SCHEDULED = "scheduled", _("Scheduled")
    # Translators: the state of a request for an information session.
    HELD = "held", _("Held")
    # Translators: the state of a request for an information session.
    CLOSED = "closed", _("Closed")
    # Translators: the state of a request for an information session.
    DECLINED = "declined", _("Declined")


class RequestMove(TextChoices):
    """What is done to a request."""

    AGREE = "agree"
    SCHEDULE = "schedule"
    HOLD = "hold"
    CLOSE = "close"
    DECLINE = "decline"


class Mood(TextChoices):
    """How somebody is after a session, in one word of their own choice."""

    # Translators: how somebody feels after a session that they held.
    WELL = "well", _("Well")
    # Translators: how somebody feels after a session that they held.
    TIRED = "tired", _("Tired")
    # Translators: how somebody feels after a session that they held: it stays with them.
    HEAVY = "heavy", _("It weighs on me")


class Setting(TextChoices):
    """Where an information session is held. None of these but trainings is ever listed publicly."""

    # Translators: where an information session is held.
    SCHOOL = "school", _("School")
    # Translators: where an information session is held.
    RECEPTION_CENTRE = "reception_centre", _("Reception centre")
    # Translators: where an information session is held.
    COMMUNITY = "community", _("Community")
    # Translators: for whom an information session is held.
    SURVIVORS = "survivors", _("Survivors")
    # Translators: for whom an information session is held.
    LGBTQI = "lgbtqi", _("LGBTQI+ people")


class Severity(TextChoices):
    """What a finding does. Which finding has which stands in clashes.toml."""

    BLOCK = "block"
    WARN = "warn"  # passing it needs a written reason
    IGNORE = "ignore"  # not even evaluated


class Sign(TextChoices):
    """What two people of one name have in common besides."""

    # Translators: what two people of one name have in common.
    SENDER = "sender", _("Sent by the same organisation")
    # Translators: what two people of one name have in common.
    PROFESSION = "profession", _("The same profession")
    # Translators: what two people of one name have in common: the part before the @.
    ADDRESS = "address", _("The same name in the address")
