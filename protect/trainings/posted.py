"""The forms of the pages of trainings, for what was kept while somebody was locked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from protect.trainings.forms.attending import ListForm
from protect.trainings.forms.counting import CountForm
from protect.trainings.forms.editions import EditionForm, HalfDayForm, NewEditionForm, ReasonForm
from protect.trainings.forms.registering import DecideForm, PersonForm
from protect.trainings.forms.requesting import DeclineForm, NoteForm, ScheduleForm
from protect.vault.forms.posted import Page

# By name of an address, as in `vault.forms.posted`.
PAGES: dict[str, Page] = {
    # Translators: a page: how many people were at a session.
    "trainings:info_count": Page(gettext_lazy("Count people"), CountForm),
    # Translators: a page: a request for a session is declined.
    "trainings:request_move": Page(gettext_lazy("Decline a request"), DeclineForm),
    # Translators: a page: what whoever asks for a session said by phone.
    "trainings:request_note": Page(gettext_lazy("Write down what they say"), NoteForm),
    # Translators: a page: when and where a session is.
    "trainings:request_schedule": Page(gettext_lazy("Schedule the session"), ScheduleForm),
    # Translators: a page: a training is planned.
    "trainings:edition_new": Page(gettext_lazy("Plan a training"), NewEditionForm),
    # Translators: a page: how a training is given.
    "trainings:edition_edit": Page(gettext_lazy("Edit the training"), EditionForm),
    # Translators: a page: a training is opened, closed or cancelled.
    "trainings:edition_move": Page(gettext_lazy("Cancel the training"), ReasonForm),
    # Translators: a page: a half day is added to a training.
    "trainings:half_day_new": Page(gettext_lazy("Add a half day"), HalfDayForm),
    # Translators: a page: a half day is moved.
    "trainings:half_day_edit": Page(gettext_lazy("Move a half day"), HalfDayForm),
    # Translators: a page: somebody is entered for a training.
    "trainings:registration_new": Page(gettext_lazy("Enter somebody"), PersonForm),
    # Translators: a page: who was there in a half day.
    "trainings:attendance": Page(gettext_lazy("Who was there"), ListForm),
    # Translators: a page: a registration is decided about.
    "trainings:registration": Page(gettext_lazy("Decide about a registration"), DecideForm),
}
