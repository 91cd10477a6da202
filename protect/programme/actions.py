"""Enquiries from the programme's site: saving, steps at the desk, erasure."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction

from protect.audit.context import AuditContext
from protect.notices.enums import Template
from protect.orgs.access import users_with
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.programme import access, rules
from protect.programme.enums import EnquiryKind, EnquiryMove, EnquiryState
from protect.programme.errors import ProgrammeRefusal
from protect.programme.models import Enquiry
from protect.trainings.base.vocabulary import retention_of
from protect.trainings.scheduling.actions.mail import post_once


class SentForm(NamedTuple):
    """What a visitor typed into a form of the programme's site. `language`: tag of the form."""

    kind: EnquiryKind
    country: str
    language: str
    sender: str
    reply_to: str
    message: str


MAIL_AGAIN_AFTER = timedelta(days=1)  # coordinators see the enquiries between on the start page


@transaction.atomic
def save_enquiry(form: SentForm, *, sent_key: UUID, at: datetime) -> Enquiry:
    """Save an enquiry and mail the coordinators of its country, or return the saved one of
    `sent_key`: a form that is sent twice counts once."""
    values = {
        "kind": form.kind,
        "country_id": form.country,
        "language_id": form.language,
        "sender": form.sender,
        "reply_to": form.reply_to,
        "message": form.message,
        "received_at": at,
        "moved_at": at,
    }
    enquiry, is_new = Enquiry.objects.get_or_create(sent_key=sent_key, defaults=values)
    if not is_new:
        return enquiry
    AuditContext(at=at, actor=None, organisation=None).record("programme.enquire", enquiry)
    _mail_coordinators(enquiry, at=at)
    return enquiry


@transaction.atomic
def move_enquiry(scope: Scope, enquiry: Enquiry, move: EnquiryMove, *, at: datetime) -> Enquiry:
    """Apply a step to an enquiry. Errors: PermissionDenied, for a user who does not coordinate the
    country; programme_enquiry_move_not_allowed."""
    organisation = access.get_answering_organisation(scope, enquiry)
    row = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    state = EnquiryState(row.state)
    after = rules.STATE_AFTER.get((state, move))
    if after is None:
        raise ProgrammeRefusal(
            "programme_enquiry_move_not_allowed", move=str(move.label), state=str(state.label)
        )
    row.state, row.moved_at, row.organisation = after, at, organisation
    row.save(update_fields=["state", "moved_at", "organisation"])
    scope.audit(organisation.pk, at=at).record(f"programme.enquiry_{move.value}", row)
    return row


@transaction.atomic
def erase_old_enquiries(*, at: datetime) -> int:
    """Erase what senders typed when its retention ends; return of how many enquiries."""
    kept_since = at - retention_of("enquiry_sender")
    old = Enquiry.objects.filter(moved_at__lt=kept_since).exclude(sender="")
    count = old.update(sender="", reply_to="", message="")
    if count:
        AuditContext(at=at, actor=None, organisation=None).record("programme.erase_enquiries")
    return count


def _mail_coordinators(enquiry: Enquiry, *, at: datetime) -> None:
    """Mail the country's coordinators that work waits, unless another enquiry of the same day waits
    already. The mail says nothing of the enquiry."""
    others = Enquiry.objects.for_countries([enquiry.country_id]).exclude(pk=enquiry.pk)
    if others.filter(state=EnquiryState.NEW, received_at__gt=at - MAIL_AGAIN_AFTER).exists():
        return
    people = users_with(Permission.ANSWER_ENQUIRIES, country=enquiry.country_id)
    link = f"{settings.STAFF_URL}/enquiries/{enquiry.pk}"
    for person in people.filter(is_active=True):
        post_once(person.email, Template.WORK_WAITING, person.language, link, at=at)
