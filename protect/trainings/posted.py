"""The forms of the pages of trainings, for posts that were kept while the user was locked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from protect.trainings.attendance.forms import ListForm, MakeUpForm, ScanForm, SheetForm
from protect.trainings.curricula.forms import (
    CourseForm,
    DraftForm,
    ModuleForm,
    NewCourseForm,
    NewModuleForm,
    ReturnForm,
)
from protect.trainings.documents.forms import HeadForm
from protect.trainings.editions.forms import (
    CancelForm,
    CloneForm,
    CoHostsForm,
    EditionForm,
    HalfDayForm,
    NewEditionForm,
)
from protect.trainings.needs.forms import CannotForm, NeedsForm
from protect.trainings.registrations.fields import CorrectForm, PersonForm
from protect.trainings.registrations.forms import (
    CohortForm,
    DecideForm,
    QuotaForm,
    RosterForm,
    SenderForm,
)
from protect.trainings.scheduling.forms.bookings import BookForm
from protect.trainings.scheduling.forms.resources import (
    AwayForm,
    StaffForm,
    SuitableForm,
    ThingForm,
    VenueForm,
    WayForm,
)
from protect.vault.sign_in.posted import Page

# By name of an address, as in `vault.sign_in.posted`.
PAGES: dict[str, Page] = {
    # Translators: a page: a training is planned.
    "trainings:edition_new": Page(gettext_lazy("Plan a training"), NewEditionForm),
    # Translators: a page: a training is planned like another one.
    "trainings:edition_clone": Page(gettext_lazy("Plan one like it"), CloneForm),
    # Translators: a page: how a training is given.
    "trainings:edition_edit": Page(gettext_lazy("Edit the training"), EditionForm),
    # Translators: a page: a training is opened, closed or cancelled.
    "trainings:edition_move": Page(gettext_lazy("Cancel the training"), CancelForm),
    # Translators: a page: a half day is added to a training.
    "trainings:half_day_new": Page(gettext_lazy("Add a half day"), HalfDayForm),
    # Translators: a page: a half day is moved.
    "trainings:half_day_edit": Page(gettext_lazy("Move a half day"), HalfDayForm),
    # Translators: a page: somebody is entered for a training.
    "trainings:registration_new": Page(gettext_lazy("Enter somebody"), PersonForm),
    # Translators: a page: what is known of somebody is corrected.
    "trainings:registration_correct": Page(gettext_lazy("Correct this person"), CorrectForm),
    # Translators: a page: what somebody needs to take part.
    "trainings:registration_needs": Page(gettext_lazy("What they need"), NeedsForm),
    # Translators: a page: what somebody needs is arranged.
    "trainings:need": Page(gettext_lazy("What people need"), CannotForm),
    # Translators: a page: somebody made up for a half day in another training.
    "trainings:registration_make_up": Page(gettext_lazy("Made up elsewhere"), MakeUpForm),
    # Translators: a page: staff scan who comes to a half day.
    "trainings:attendance_scan": Page(gettext_lazy("Scan at the door"), ScanForm),
    # Translators: a page: pictures of the list that people signed.
    "trainings:attendance_sheets": Page(gettext_lazy("Scans of the signed list"), SheetForm),
    # Translators: a page: who was there in a half day.
    "trainings:attendance": Page(gettext_lazy("Who was there"), ListForm),
    # Translators: a page: several people are entered for a training.
    "trainings:roster_new": Page(gettext_lazy("Enter several, or a list"), RosterForm),
    # Translators: a page: an organisation that sends people to trainings.
    "trainings:sender_new": Page(gettext_lazy("Add who sends people"), SenderForm),
    # Translators: a page: an organisation that sends people to trainings.
    "trainings:sender_edit": Page(gettext_lazy("Edit who sends people"), SenderForm),
    # Translators: a page: a class of a school is added.
    "trainings:cohort_new": Page(gettext_lazy("Add a class"), CohortForm),
    # Translators: a page: seats of a training are kept for an organisation.
    "trainings:quota_edit": Page(gettext_lazy("Keep seats"), QuotaForm),
    # Translators: a page: a part of courses is begun.
    "trainings:module_new": Page(gettext_lazy("Begin a module"), NewModuleForm),
    # Translators: a page: a course is begun.
    "trainings:course_new": Page(gettext_lazy("Begin a course"), NewCourseForm),
    # Translators: a page: a draft of a part of courses.
    "trainings:module_edit": Page(gettext_lazy("Edit the draft"), ModuleForm),
    # Translators: a page: a draft of a course.
    "trainings:course_edit": Page(gettext_lazy("Edit the draft"), CourseForm),
    # Translators: a page: a draft goes back to whoever wrote it.
    **dict.fromkeys(
        ("trainings:module_move", "trainings:course_move"),
        Page(gettext_lazy("Send back"), ReturnForm),
    ),
    # Translators: a page: a next version, a translation or an adaptation is begun.
    **dict.fromkeys(
        ("trainings:module_draft", "trainings:course_draft"),
        Page(gettext_lazy("New version or translation"), DraftForm),
    ),
    # Translators: a page: somebody whom sessions can book.
    **dict.fromkeys(
        ("trainings:staff_new", "trainings:staff_edit"),
        Page(gettext_lazy("A person who can be booked"), StaffForm),
    ),
    # Translators: a page: a place that sessions can book.
    **dict.fromkeys(
        ("trainings:venue_new", "trainings:venue_edit"), Page(gettext_lazy("A venue"), VenueForm)
    ),
    # Translators: a page: something that sessions can book.
    **dict.fromkeys(
        (
            *("trainings:childcare_new", "trainings:childcare_edit"),
            *("trainings:equipment_new", "trainings:equipment_edit"),
        ),
        Page(gettext_lazy("Something that can be booked"), ThingForm),
    ),
    # Translators: a page: when somebody is away or a venue is closed.
    "trainings:resource_away": Page(gettext_lazy("Note days"), AwayForm),
    # Translators: a page: somebody showed a paper, such as a vetting.
    "trainings:resource_paper": Page(gettext_lazy("Note a paper"), SuitableForm),
    # Translators: a page: how long it takes from one venue to another.
    "trainings:resource_way": Page(gettext_lazy("Note how long the way takes"), WayForm),
    # Translators: a page: somebody or something is booked for a half day.
    "trainings:half_day_book": Page(gettext_lazy("Book for a half day"), BookForm),
    # Translators: a page: a registration is decided about.
    "trainings:registration": Page(gettext_lazy("Decide about a registration"), DecideForm),
    "trainings:paper_head": Page(gettext_lazy("Head of papers"), HeadForm),
    "trainings:edition_co_hosts": Page(gettext_lazy("Host a training together"), CoHostsForm),
}
