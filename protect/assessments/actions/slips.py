"""Print anonymous test cards; give out slips and links that each open the evaluation once. Online
courses give links instead of slips. The database stores that a participant took a link, in random
row order, but neither when nor which one. Source: docs/adr/0031-answers-without-people.md."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from protect.assessments import errors, rules
from protect.assessments.access import get_last_session_end, get_session_times
from protect.assessments.actions import answers
from protect.assessments.models import AnswerToken, Inquiry, LinkTaken, Measuring
from protect.assessments.statistics import codes
from protect.audit.context import AuditContext
from protect.kernel.ids import generate_secret, hash_token
from protect.orgs.scope import Scope
from protect.trainings.base import access, enums
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.enums import Delivery
from protect.trainings.scheduling.models import Edition

MAX_PRINTED = 200  # cards or slips printed at once


@transaction.atomic
def create_card_codes(scope: Scope, edition: Edition, count: int, *, at: datetime) -> list[str]:
    """Return the codes of new cards. No list of the codes is stored. Errors: as `create_slips`."""
    _must_be_printable(scope, edition, count, at).record("assessments.print_cards", edition)
    return codes.draw_codes(count)


@transaction.atomic
def create_slips(scope: Scope, edition: Edition, count: int, *, at: datetime) -> list[str]:
    """Create slips that open the evaluation once each; return their tokens; only hashes are stored.
    Slips work until DAYS_OPEN after the last session, and for at least DAYS_OPEN from now.
    Errors: PermissionDenied; assessments_analysis_frozen; ValueError for more than MAX_PRINTED."""
    audit = _must_be_printable(scope, edition, count, at)
    until = max(at, get_last_session_end(edition) or at) + rules.DAYS_OPEN
    tokens = [generate_secret() for _ in range(count)]
    answers.store_slips(edition.pk, enums.Phase.EVALUATION, tokens, expires_on=until.date())
    audit.record("assessments.print_slips", edition)
    return tokens


def _must_be_printable(scope: Scope, edition: Edition, count: int, at: datetime) -> AuditContext:
    """Refuse without permission, after freezing or if too many; return the audit context."""
    if not 0 < count <= MAX_PRINTED:
        raise ValueError(f"{count} is outside the number of papers allowed")
    audit = access.planner_context(scope, edition.host_id, at=at)
    if Measuring.objects.select_for_update(of=("self",)).get(pk=edition.pk).salt is None:
        raise errors.AssessmentRefusal("assessments_analysis_frozen")
    return audit


def is_link_offered(registration: Registration, at: datetime) -> bool:
    """Return whether the evaluation is open by link to a confirmed participant, taken or not.
    Courses in person offer none, and a participant absent from all recorded sessions gets none."""
    edition = registration.edition
    if registration.state != RegistrationState.CONFIRMED or edition.delivery == Delivery.IN_PERSON:
        return False
    evaluations = Inquiry.objects.filter(measuring=edition.pk, phase=enums.Phase.EVALUATION)
    minutes = list(registration.attendances.order_by("pk").values_list("minutes", flat=True))
    if minutes and not any(minutes):
        return False
    is_open = rules.is_open(enums.Phase.EVALUATION, get_session_times(edition), at)
    return is_open and evaluations.filter(measuring__frozen_at=None).exists()


@transaction.atomic
def take_link(registration: Registration, sent_key: UUID, *, at: datetime) -> str:
    """Return the token of a one-time link to the evaluation; a page sent again (same `sent_key`)
    gets the same token until it is used. No audit entry: its time would point to the response.
    Errors: assessments_answers_closed; assessments_link_taken; match_key_missing."""
    edition = registration.edition
    measuring = Measuring.objects.select_for_update(of=("self",)).filter(pk=edition.pk).first()
    if measuring is None or not is_link_offered(registration, at):
        raise errors.AssessmentRefusal("assessments_answers_closed")
    token = codes.link_token(answers.get_edition_key(measuring), sent_key)
    if LinkTaken.objects.filter(registration=registration).exists():
        tokens = AnswerToken.objects.filter(edition=edition)
        if tokens.filter(token_hash=hash_token(token)).exists():
            return token
        raise errors.AssessmentRefusal("assessments_link_taken")
    closes_at = (get_last_session_end(edition) or at) + rules.DAYS_OPEN  # the same for all links
    expires_on = closes_at.date()
    answers.store_slips(edition.pk, enums.Phase.EVALUATION, [token], expires_on=expires_on)
    LinkTaken.objects.create(registration=registration)
    answers.shuffle_rows(LinkTaken.objects.filter(registration__edition=edition), registration.pk)
    return token


@transaction.atomic
def delete_old_link_records(*, at: datetime) -> int:
    """Delete the records of links taken to evaluations that have closed; return how many."""
    sessions = "registration__edition__sessions"
    last = Max(f"{sessions}__ends_at", filter=Q(**{f"{sessions}__cancelled_at": None}))
    has_closed = Q(last__lte=at - rules.DAYS_OPEN) | Q(last=None)
    closed = LinkTaken.objects.annotate(last=last).filter(has_closed).order_by()
    return LinkTaken.objects.filter(pk__in=closed.values("pk")).delete()[0]
