"""Cards for tests; slips and links that open the evaluation once.

The evaluation without paper: a participant takes one link from their own page. The database stores
that they took one, in random order among the others, but neither when nor which: as if they had
drawn a slip. Source: docs/adr/0031-answers-without-people.md.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from protect.assessments import rules
from protect.assessments.access import half_days_of
from protect.assessments.actions.answers import key_of
from protect.assessments.actions.row_order import mix
from protect.assessments.errors import AssessmentRefusal
from protect.assessments.models import AnswerToken, Inquiry, LinkTaken, Measuring
from protect.assessments.statistics import codes
from protect.audit.context import AuditContext
from protect.kernel.ids import drawn_secret
from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.base.enums import Phase
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
    Errors: PermissionDenied; assessments_analysis_frozen; ValueError for more than MOST.
    """
    audit = _printing(scope, edition, number, at)
    last = edition.sessions.standing().order_by("-ends_at").values_list("ends_at", flat=True)
    until = max(at, last.first() or at) + rules.DAYS_OPEN
    tokens = [drawn_secret() for _ in range(number)]
    slips = AnswerToken.objects.bulk_create(
        AnswerToken(
            edition=edition,
            phase=Phase.EVALUATION,
            token_hash=access.token_hash(token),
            expires_on=until.date(),
        )
        for token in tokens
    )
    mix(AnswerToken.objects.filter(edition=edition), *(each.pk for each in slips))
    audit.record("assessments.print_slips", edition)
    return tokens


def _printing(scope: Scope, edition: Edition, number: int, at: datetime) -> AuditContext:
    if not 0 < number <= MOST:
        raise ValueError(f"{number} papers")
    audit = access.planner_context(scope, edition.host_id, at=at)
    if Measuring.objects.select_for_update(of=("self",)).get(pk=edition.pk).salt is None:
        raise AssessmentRefusal("assessments_analysis_frozen")
    return audit


def is_link_offered(registration: Registration, at: datetime) -> bool:
    """Return whether a participant can take a link now, or could before they took it.

    In a room there are slips. Online, every confirmed participant gets a link, except one who
    was recorded as absent from all sessions.
    """
    edition = registration.edition
    if registration.state != RegistrationState.CONFIRMED or edition.delivery == Delivery.IN_PERSON:
        return False
    evaluations = Inquiry.objects.filter(
        measuring=edition.pk, measuring__frozen_at=None, phase=Phase.EVALUATION
    )
    minutes = list(registration.attendances.order_by("pk").values_list("minutes", flat=True))
    was_there = any(minutes) or not minutes
    return (
        was_there
        and rules.is_open(Phase.EVALUATION, half_days_of(edition), at)
        and evaluations.exists()
    )


@transaction.atomic
def take_link(registration: Registration, sent_key: UUID, *, at: datetime) -> str:
    """Return the token of a one-time link to the evaluation; a page sent again gets the same.

    The audit has no entry: it knows minutes. Errors: assessments_answers_closed;
    assessments_link_taken; match_key_missing.
    """
    edition = registration.edition
    row = Measuring.objects.select_for_update(of=("self",)).filter(pk=edition.pk).first()
    if row is None or not is_link_offered(registration, at):
        raise AssessmentRefusal("assessments_answers_closed")
    token = codes.link_token(key_of(row), sent_key)
    tokens = AnswerToken.objects.filter(edition=edition)
    if LinkTaken.objects.filter(registration=registration).exists():
        if tokens.filter(token_hash=access.token_hash(token)).exists():
            return token
        raise AssessmentRefusal("assessments_link_taken")
    ends = edition.sessions.standing().order_by("-ends_at").values_list("ends_at", flat=True)[0]
    slip = AnswerToken.objects.create(
        edition=edition,
        phase=Phase.EVALUATION,
        token_hash=access.token_hash(token),
        expires_on=(ends + rules.DAYS_OPEN).date(),  # the same for all
    )
    mix(tokens, slip.pk)
    LinkTaken.objects.create(registration=registration)
    mix(LinkTaken.objects.filter(registration__edition=edition), registration.pk)
    return token


@transaction.atomic
def forget_links(*, at: datetime) -> int:
    """Delete the records of links taken to evaluations that are over; return how many."""
    sessions = "registration__edition__sessions"
    last = Max(f"{sessions}__ends_at", filter=Q(**{f"{sessions}__cancelled_at": None}))
    is_over = Q(last__lte=at - rules.DAYS_OPEN) | Q(last=None)
    over = LinkTaken.objects.annotate(last=last).filter(is_over).order_by()
    return LinkTaken.objects.filter(pk__in=over.values("pk")).delete()[0]
