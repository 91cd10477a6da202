"""Mail participants who agreed, some months later, a link to questions about their use of the
course. After the second mail their agreement is deleted. Every participant who agreed gets both
mails: to leave out those who answered, the system would have to know who they are.
Source: docs/adr/0031-answers-without-people.md."""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from protect.assessments import access, errors, rules
from protect.assessments.actions.answers import RANDOM, store_slips
from protect.assessments.models import AnswerToken, FollowUp, Measuring
from protect.audit.context import AuditContext
from protect.kernel.ids import hash_token
from protect.notices.actions import post_mail
from protect.notices.enums import Template
from protect.trainings.base import enums, links
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition
from protect.vault.server_keys.match_keys import match_key

FIRST_MAIL_AFTER = timedelta(days=120)  # four months from the end of the last session
SECOND_MAIL_AFTER = timedelta(days=21)  # from the first mail to the second and last
LINK_LASTS = timedelta(days=60)  # from the first mail on
TOKEN_BYTES = 18  # a link's token has two hexadecimal digits for each byte
KEY_PURPOSE = "assessments.follow_up"  # of the key from which tokens of links are derived


def can_agree(registration: Registration, at: datetime) -> bool:
    """Return whether a confirmed participant can agree now, while evaluations are open."""
    if registration.state != RegistrationState.CONFIRMED:
        return False
    edition = registration.edition
    is_open = rules.is_open(enums.Phase.EVALUATION, access.get_session_times(edition), at)
    return is_open and _has_follow_up(edition)


@transaction.atomic
def agree(registration: Registration, *, at: datetime) -> FollowUp:
    """Record a participant's agreement to the follow-up. Errors: assessments_answers_closed."""
    if not can_agree(registration, at):
        raise errors.AssessmentRefusal("assessments_answers_closed")
    edition = registration.edition
    due_on = ((access.get_last_session_end(edition) or at) + FIRST_MAIL_AFTER).date()
    defaults = {"agreed_at": at, "due_on": due_on}
    follow_up, is_new = FollowUp.objects.get_or_create(registration=registration, defaults=defaults)
    if is_new:
        audit = AuditContext(at=at, actor=None, organisation=edition.host_id)
        audit.record("assessments.follow_up_agree", registration)
    return follow_up


@transaction.atomic
def decline(registration: Registration, *, at: datetime) -> None:
    """Delete a participant's agreement to the follow-up."""
    if FollowUp.objects.filter(registration=registration).delete()[0]:
        audit = AuditContext(at=at, actor=None, organisation=registration.edition.host_id)
        audit.record("assessments.follow_up_decline", registration)


def send_due_mails(*, at: datetime) -> int:
    """Mail the follow-ups that are due; return how many. Agreements end with the second mail,
    or without an address or form. One transaction per edition, so that no mail is sent twice."""
    due = FollowUp.objects.filter(due_on__lte=at.date()).order_by("registration__edition")
    editions = due.values_list("registration__edition", flat=True).distinct()
    return sum(_send_due_edition_mails(edition_id, at=at) for edition_id in list(editions))


@transaction.atomic
def _send_due_edition_mails(edition_id: UUID, *, at: datetime) -> int:
    # The lock stops a slip from being used during the shuffle, which would restore it.
    Measuring.objects.select_for_update(of=("self",)).filter(pk=edition_id).first()
    edition = Edition.objects.get(pk=edition_id)
    rows = FollowUp.objects.filter(registration__edition=edition, due_on__lte=at.date())
    locked = rows.select_for_update(of=("self",)).select_related("registration__participant")
    due = list(locked.order_by("pk"))
    RANDOM.shuffle(due)
    to_mail = [row for row in due if row.registration.participant.email and _has_follow_up(edition)]
    first_mails = [row for row in to_mail if row.reminders == 0]
    tokens = [_follow_up_token(row.registration) for row in first_mails]
    store_slips(edition_id, enums.Phase.FOLLOW_UP, tokens, expires_on=at.date() + LINK_LASTS)
    for row in to_mail:
        _send_mail(row.registration, at)
    for row in first_mails:
        row.reminders, row.due_on = 1, at.date() + SECOND_MAIL_AFTER
        row.save(update_fields=["reminders", "due_on"])
    FollowUp.objects.filter(pk__in=[row.pk for row in due if row not in first_mails]).delete()
    return len(to_mail)


def find_unused_links(registrations: Iterable[Registration]) -> dict[UUID, AnswerToken]:
    """Return unused follow-up links by registration id. First call `lock_measurings`."""
    ids = {hash_token(_follow_up_token(row)): row.pk for row in registrations}
    slips = AnswerToken.objects.filter(phase=enums.Phase.FOLLOW_UP, token_hash__in=ids)
    return {ids[slip.token_hash]: slip for slip in slips.order_by("pk")}


def replace_link(registration: Registration, old_link: AnswerToken, *, at: datetime) -> None:
    """Replace an unused link by one with the same last day, and mail it unless that day is over.
    The caller has corrected the address and raised the registration's `link_number`."""
    AnswerToken.objects.filter(pk=old_link.pk).delete()
    tokens = [_follow_up_token(registration)]
    store_slips(old_link.edition_id, enums.Phase.FOLLOW_UP, tokens, expires_on=old_link.expires_on)
    if old_link.expires_on >= at.date():
        _send_mail(registration, at)


def _has_follow_up(edition: Edition) -> bool:
    return access.has_form(edition.pk, enums.Phase.FOLLOW_UP)


def _follow_up_token(registration: Registration) -> str:
    """Return the token of a participant's link: the same until their address is corrected."""
    message = registration.pk.bytes + registration.link_number.to_bytes(4)
    return hmac.digest(match_key(KEY_PURPOSE), message, "sha256")[:TOKEN_BYTES].hex()


def _send_mail(registration: Registration, at: datetime) -> None:
    to, tag = registration.participant.email, registration.participant.language_id
    link = links.public_address("open_assessments:slip", _follow_up_token(registration), tag=tag)
    post_mail(at=at, to=to, template=Template.FOLLOW_UP, language=tag, link=link)
