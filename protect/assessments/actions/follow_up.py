"""Months later: participants who agreed are asked what they used, at most twice.

After the second mail their agreement is deleted. Every participant who agreed gets both mails: to
leave out those who answered, the system would have to know who they are. Source:
docs/adr/0031-answers-without-people.md."""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from protect.assessments import access, errors, rules
from protect.assessments.actions.row_order import CHANCE, store_slips
from protect.assessments.models import AnswerToken, FollowUp, Measuring
from protect.audit.context import AuditContext
from protect.notices.actions import post
from protect.notices.enums import Template
from protect.trainings.base import enums, links
from protect.trainings.base.access import token_hash
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition
from protect.vault.server_keys.match_keys import match_key

AFTER = timedelta(days=120)  # days from the last half day to the first mail: four months
AGAIN = timedelta(days=21)  # to the second and last
OPEN = timedelta(days=60)  # the link, from the first mail on
TOKEN_BYTES = 18
PURPOSE = "assessments.follow_up"


def is_offered(registration: Registration, at: datetime) -> bool:
    """Return whether a participant can agree now: at the end of a course that asks later."""
    if registration.state != RegistrationState.CONFIRMED:
        return False
    half_days = access.half_days_of(registration.edition)
    return rules.is_open(enums.Phase.EVALUATION, half_days, at) and _asks(registration.edition)


@transaction.atomic
def agree(registration: Registration, *, at: datetime) -> FollowUp:
    """Record, once, that a participant may be asked later. Errors: assessments_answers_closed."""
    if not is_offered(registration, at):
        raise errors.AssessmentRefusal("assessments_answers_closed")
    edition = registration.edition
    due_on = ((access.last_end(edition) or at) + AFTER).date()
    row, is_new = FollowUp.objects.get_or_create(
        registration=registration, defaults={"agreed_at": at, "due_on": due_on}
    )
    if is_new:
        audit = AuditContext(at=at, actor=None, organisation=edition.host_id)
        audit.record("assessments.follow_up_agree", registration)
    return row


@transaction.atomic
def decline(registration: Registration, *, at: datetime) -> None:
    """Delete a participant's agreement."""
    if FollowUp.objects.filter(registration=registration).delete()[0]:
        audit = AuditContext(at=at, actor=None, organisation=registration.edition.host_id)
        audit.record("assessments.follow_up_decline", registration)


def remind(*, at: datetime) -> int:
    """Mail the participants whose follow-up is due; the second mail deletes their agreement. One
    transaction for each edition; a second run mails nothing twice. Return the number of mails."""
    due = FollowUp.objects.filter(due_on__lte=at.date()).order_by("registration__edition")
    editions = due.values_list("registration__edition", flat=True).distinct()
    return sum(_remind(edition_pk, at=at) for edition_pk in list(editions))


@transaction.atomic
def _remind(edition_pk: UUID, *, at: datetime) -> int:
    # No slip is used while they are mixed: it would come back.
    Measuring.objects.select_for_update(of=("self",)).filter(pk=edition_pk).first()
    edition = Edition.objects.get(pk=edition_pk)
    rows = FollowUp.objects.filter(registration__edition=edition, due_on__lte=at.date())
    locked = rows.select_for_update(of=("self",)).select_related("registration__participant")
    due = list(locked.order_by("pk"))
    CHANCE.shuffle(due)
    recipients = [each for each in due if each.registration.participant.email and _asks(edition)]
    first = [each for each in recipients if each.reminders == 0]
    tokens = [_token(each.registration) for each in first]
    store_slips(edition_pk, enums.Phase.FOLLOW_UP, tokens, expires_on=at.date() + OPEN)
    for each in recipients:
        _mail(each.registration, at)
    for each in first:
        each.reminders, each.due_on = 1, at.date() + AGAIN
        each.save(update_fields=["reminders", "due_on"])
    over = [each.pk for each in due if each not in first]
    FollowUp.objects.filter(pk__in=over).delete()
    return len(recipients)


def open_tokens(rows: Iterable[Registration]) -> dict[UUID, AnswerToken]:
    """Return unused links by registration. The caller has locked them (`row_order.hold`)."""
    of = {token_hash(_token(row)): row.pk for row in rows}
    tokens = AnswerToken.objects.filter(phase=enums.Phase.FOLLOW_UP, token_hash__in=of)
    return {of[each.token_hash]: each for each in tokens.order_by("pk")}


def readdress(row: Registration, before: AnswerToken, *, at: datetime) -> None:
    """Delete an unused link, and mail another to the corrected address. The new link ends on the
    same day. The caller has raised the number of `row`'s links."""
    AnswerToken.objects.filter(pk=before.pk).delete()
    store_slips(
        before.edition_id, enums.Phase.FOLLOW_UP, [_token(row)], expires_on=before.expires_on
    )
    if before.expires_on >= at.date():
        _mail(row, at)


def _asks(edition: Edition) -> bool:
    return access.is_asked(edition.pk, enums.Phase.FOLLOW_UP)


def _token(registration: Registration) -> str:
    """Return the token of a participant's link: the same in both mails, and never stored. A
    corrected address gives another token."""
    of = registration.pk.bytes + registration.link_number.to_bytes(4)
    return hmac.digest(match_key(PURPOSE), of, "sha256")[:TOKEN_BYTES].hex()


def _mail(registration: Registration, at: datetime) -> None:
    to, tag = registration.participant.email, registration.participant.language_id
    link = links.public_address("open_assessments:slip", _token(registration), tag=tag)
    post(at=at, to=to, template=Template.FOLLOW_UP, language=tag, link=link)
