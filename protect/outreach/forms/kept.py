"""Forms of information sessions that are kept while the user's screen is locked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from protect.outreach.forms import sessions
from protect.outreach.forms.ambassadors import AgreedForm, DebriefForm, PlanForm, ProfileForm
from protect.outreach.forms.head_counts import CountForm
from protect.vault.forms.posted import Page

PAGES: dict[str, Page] = {
    # Translators: a page: a request for a session is declined.
    "outreach:request_move": Page(gettext_lazy("Decline a request"), sessions.DeclineForm),
    # Translators: a page: what whoever asks for a session said by phone.
    "outreach:request_note": Page(gettext_lazy("Write down what they say"), sessions.NoteForm),
    # Translators: a page: when and where a session is.
    "outreach:request_schedule": Page(gettext_lazy("Schedule the session"), sessions.ScheduleForm),
    # Translators: a page: when and where a session is.
    "outreach:info_move": Page(gettext_lazy("Schedule the session"), sessions.SessionForm),
    # Translators: a page: who else is asked to hold a session.
    "outreach:info_people": Page(gettext_lazy("Ask somebody else"), sessions.PeopleForm),
    # Translators: a page: how many people were at a session.
    "outreach:info_count": Page(gettext_lazy("Count people"), CountForm),
    # Translators: a page: how somebody is after a session.
    "outreach:info_debrief": Page(gettext_lazy("After the session"), DebriefForm),
    # Translators: a page: who answers for an ambassador.
    "outreach:ambassador": Page(gettext_lazy("Ambassador"), ProfileForm),
    # Translators: a page: what an ambassador agrees to.
    "outreach:ambassador_agree": Page(gettext_lazy("What I agree to"), AgreedForm),
    # Translators: a page: an ambassador's own safety plan.
    "outreach:ambassador_plan": Page(gettext_lazy("My safety plan"), PlanForm),
}
