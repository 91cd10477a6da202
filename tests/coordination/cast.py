"""Who takes part in working groups in tests. Everything invented is called "Demo …"."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from protect.coordination.groups import actions
from protect.coordination.groups.enums import MemberRole
from protect.coordination.groups.models import Group, Member
from protect.coordination.meetings import actions as meetings
from protect.coordination.meetings.models import AgendaItem, Meeting
from protect.coordination.minutes import actions as minutes
from protect.coordination.minutes.models import ActionPoint
from protect.coordination.polls import actions as polls
from protect.coordination.polls.models import DatePoll
from protect.coordination.procedures.actions import (
    comments,
    signatures,
    translations,
    versions,
)
from protect.coordination.procedures.models import Signature
from protect.orgs import access
from protect.orgs.models import Organisation, User
from protect.orgs.scope import Scope
from protect.trainings.scheduling.clocks import session_times
from protect.uploads.clean_documents import CleanDocument
from tests.orgs.conftest import make_organisation
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
DOCUMENT = CleanDocument("Demo terms.pdf", "application/pdf", b"%PDF-demo")


@dataclass
class Cast:
    """amal coordinates Croatia; bela, of another organisation, is a member of her groups; chidi
    coordinates Belgium and must learn nothing; dana administers amal's organisation."""

    office: Organisation
    shelter: Organisation
    other: Organisation
    people: dict[str, User]
    keys: dict[str, Any] = field(default_factory=dict)

    def scope(self, name: str = "amal") -> Scope:
        return access.scope_for(self.people[name].pk)


def make_cast() -> Cast:
    office = make_organisation("Demo office Croatia", "HR")
    shelter = make_organisation("Demo shelter Zagreb", "HR")
    other = make_organisation("Demo office Belgium", "BE")
    places = {
        "amal": (office, "coordinator"),
        "bela": (shelter, "reader"),
        "chidi": (other, "coordinator"),
        "dana": (office, "organisation_admin"),
    }
    keys = {name: make_person(name) for name in places}
    for name, (organisation, role) in places.items():
        serve(keys[name], organisation, role)
    users = {name: person.user for name, person in keys.items()}
    return Cast(office, shelter, other, users, keys)


def make_desks(cast: Cast) -> dict[str, Desk]:
    """Return a browser for each person of the cast, signed in."""
    return {name: Desk(at=AT).let_in(person) for name, person in cast.keys.items()}


def make_group(cast: Cast, *, members: tuple[str, ...] = ("bela",), **given: Any) -> Group:
    """Return a group of amal's office with these members."""
    values = {"name": "Demo group", "purpose": "Pathways for the night", "country_id": "HR"}
    values["language"] = "en"
    group = actions.create_group(cast.scope(), cast.office.pk, values | given, at=AT)
    for name in members:
        make_member(cast, group, f"{name}@demo.example")
    return group


def make_member(cast: Cast, group: Group, email: str, **given: Any) -> Member:
    """Return a new member: of the desk, if there is an account, else a guest. `scope`: of who adds
    it, else of amal."""
    scope = given.pop("scope", None) or cast.scope()
    values = {
        "email": email,
        "organisation_name": "Demo police",
        "position": "Contact officer",
        "role": MemberRole.MEMBER,
        "mailbox": "",
        "language": "en",
        **given,
    }
    return actions.add_member(scope, group, values, at=AT)


def plant_group(office: Organisation, user: User) -> dict[str, UUID]:
    """Plant one row of each kind for a coordinator of an office, by what an address names."""
    cast = Cast(office, office, office, {"amal": user})
    group = make_group(cast, members=(), country_id=office.country)
    actions.add_terms(cast.scope(), group, DOCUMENT, at=AT)
    member = make_member(cast, group, "demo.guest@demo.example")
    earlier, meeting = (
        make_meeting(cast, group, day=day) for day in (date(2026, 11, 2), AT.date())
    )
    item = make_item(cast, earlier)
    minutes.save_line(cast.scope(), item, "Demo line", 0, at=AT)
    decision = minutes.record_decision(cast.scope(), item, "Demo decision", at=AT)
    action = make_action(cast, item, member)
    paper = meetings.add_paper(cast.scope(), item, DOCUMENT, at=AT)
    minutes.approve_minutes(
        cast.scope(), earlier, meeting, at=datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
    )
    earlier = minutes.correct_minutes(cast.scope(), earlier, at=AT)
    poll = make_poll(cast, group)
    return {
        "group": group.pk,
        "member": member.pk,
        "meeting": earlier.pk,
        "item": item.pk,
        "decision": decision.pk,
        "point": action.pk,
        "paper": paper.pk,
        "poll": poll.pk,
        "date": poll.dates.first().pk,
        **plant_procedure(cast, group),
    }


def plant_procedure(cast: Cast, group: Group) -> dict[str, UUID]:
    """Plant a draft with a comment, a signature on paper and a translation; return ids by kind."""
    values = {"kind": "sop", "language": "en", "title": "Demo procedure"}
    version = versions.create_procedure(cast.scope(), group, values, at=AT)
    section = version.sections.all()[0]
    signed = {"organisation": cast.office, "organisation_name": "", "position": "Director"}
    signatory = signatures.add_signatory(cast.scope(), version, signed, at=AT)
    translations.set_translation(cast.scope(), version, "fr", "Demo procédure", at=AT)
    signature = Signature(
        signatory=signatory,
        text_digest="0" * 64,
        signed_on=AT.date(),
        name="Demo Director",
        recorded_at=AT,
        recorded_by=cast.people["amal"],
        media_type=DOCUMENT.media_type,
        scan=DOCUMENT.content,
    )
    signature.sealed().save()
    return {
        "procedure": version.procedure_id,
        "version": version.pk,
        "section": section.pk,
        "comment": comments.add_comment(cast.scope(), section, "Demo comment", at=AT).pk,
        "signatory": signatory.pk,
        "signature": signature.pk,
    }


def meeting_values(day: date = date(2026, 12, 10), **given: Any) -> dict[str, Any]:
    """Return the values of a meeting from 10:00 to 12:00 by the clock of Brussels."""
    starts_at, ends_at = session_times(day, time(10), time(12), "Europe/Brussels")
    times = {"starts_at": starts_at, "ends_at": ends_at}
    return {"kind": "regular", "title": "", "place": "Demo hall", "link": "", **times, **given}


def make_meeting(cast: Cast, group: Group, **given: Any) -> Meeting:
    return meetings.plan_meeting(cast.scope(), group, meeting_values(**given), at=AT)


def make_poll(cast: Cast, group: Group, *days: date) -> DatePoll:
    """Return a poll of days from 10:00 to 12:00 by the clock of Brussels."""
    days = days or (date(2026, 12, 10), date(2026, 12, 11))
    dates = [session_times(day, time(10), time(12), "Europe/Brussels") for day in days]
    return polls.open_poll(cast.scope(), group, meeting_values(), dates, at=AT)


def make_item(cast: Cast, meeting: Meeting, title: str = "Demo item") -> AgendaItem:
    return meetings.add_item(cast.scope(), meeting, title, at=AT)


def make_action(cast: Cast, item: AgendaItem, owner: Member, **given: Any) -> ActionPoint:
    values = {"text": "Demo task", "owner": owner, "due_on": date(2026, 12, 8), **given}
    return minutes.agree_action(cast.scope(), item, values, at=AT)
