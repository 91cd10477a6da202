"""Cards for tests; slips and links that open the evaluation once. A link replaces a slip online.
The database stores that a participant took one, in random order among the others, but neither when
nor which. Source: docs/adr/0031-answers-without-people.md."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from protect.assessments import errors, rules
from protect.assessments.access import half_days_of, last_end
from protect.assessments.actions import answers, row_order
from protect.assessments.models import AnswerToken, Inquiry, LinkTaken, Measuring
from protect.assessments.statistics import codes
from protect.audit.context import AuditContext
from protect.kernel.ids import drawn_secret
from protect.orgs.scope import Scope
from protect.trainings.base import access, enums
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.enums import Delivery
from protect.trainings.scheduling.models import Edition

MOST = 200  # cards or slips in one printing


@transaction.atomic
def print_cards(scope: Scope, edition: Edition, number: int, *, at: datetime) -> list[str]:
    """Make cards; return their codes, which are not stored. Errors: as `print_slips`."""
    _printing(scope, edition, number, at).record("assessments.print_cards", edition)
    return codes.draw(number)


@transaction.atomic
def print_slips(scope: Scope, edition: Edition, number: int, *, at: datetime) -> list[str]:
    """Make slips that open the evaluation once each; return their tokens, which are not stored.
    They work until DAYS_OPEN after the last half day, and so long from now at least.
    Errors: PermissionDenied; assessments_analysis_frozen; ValueError for more than MOST."""
    audit = _printing(scope, edition, number, at)
    until = max(at, last_end(edition) or at) + rules.DAYS_OPEN
    tokens = [drawn_secret() for _ in range(number)]
    row_order.store_slips(edition.pk, enums.Phase.EVALUATION, tokens, expires_on=until.date())
    audit.record("assessments.print_slips", edition)
    return tokens


def _printing(scope: Scope, edition: Edition, number: int, at: datetime) -> AuditContext:
    if not 0 < number <= MOST:
        raise ValueError(f"{number} papers")
    audit = access.planner_context(scope, edition.host_id, at=at)
    if Measuring.objects.select_for_update(of=("self",)).get(pk=edition.pk).salt is None:
        raise errors.AssessmentRefusal("assessments_analysis_frozen")
    return audit


def is_link_offered(registration: Registration, at: datetime) -> bool:
    """Return whether a participant can take a link now, or could before they took it. Only online,
    and not for a participant recorded as absent from all sessions."""
    edition = registration.edition
    if registration.state != RegistrationState.CONFIRMED or edition.delivery == Delivery.IN_PERSON:
        return False
    evaluations = Inquiry.objects.filter(
        measuring=edition.pk, measuring__frozen_at=None, phase=enums.Phase.EVALUATION
    )
    minutes = list(registration.attendances.order_by("pk").values_list("minutes", flat=True))
    if minutes and not any(minutes):
        return False
    return rules.is_open(enums.Phase.EVALUATION, half_days_of(edition), at) and evaluations.exists()


@transaction.atomic
def take_link(registration: Registration, sent_key: UUID, *, at: datetime) -> str:
    """Return the token of a one-time link to the evaluation; a page sent again gets the same. The
    audit has no entry: it knows minutes.
    Errors: assessments_answers_closed; assessments_link_taken; match_key_missing."""
    edition = registration.edition
    row = Measuring.objects.select_for_update(of=("self",)).filter(pk=edition.pk).first()
    if row is None or not is_link_offered(registration, at):
        raise errors.AssessmentRefusal("assessments_answers_closed")
    token = codes.link_token(answers.key_of(row), sent_key)
    if LinkTaken.objects.filter(registration=registration).exists():
        tokens = AnswerToken.objects.filter(edition=edition)
        if tokens.filter(token_hash=access.token_hash(token)).exists():
            return token
        raise errors.AssessmentRefusal("assessments_link_taken")
    expires_on = ((last_end(edition) or at) + rules.DAYS_OPEN).date()  # the same for all
    row_order.store_slips(edition.pk, enums.Phase.EVALUATION, [token], expires_on=expires_on)
    LinkTaken.objects.create(registration=registration)
    row_order.mix(LinkTaken.objects.filter(registration__edition=edition), registration.pk)
    return token


@transaction.atomic
def forget_links(*, at: datetime) -> int:
    """Delete the records of links taken to evaluations that are over; return how many."""
    sessions = "registration__edition__sessions"
    last = Max(f"{sessions}__ends_at", filter=Q(**{f"{sessions}__cancelled_at": None}))
    is_over = Q(last__lte=at - rules.DAYS_OPEN) | Q(last=None)
    over = LinkTaken.objects.annotate(last=last).filter(is_over).order_by()
    return LinkTaken.objects.filter(pk__in=over.values("pk")).delete()[0]
