"""The evaluation without paper: who was there takes one link from their own page.

Kept is that somebody took a link, in random order among the others, and not when or which: it is
as if they had drawn a slip. Source: docs/adr/0031-answers-without-people.md.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from protect.assessments.actions.answers import key_of
from protect.assessments.actions.row_order import mix
from protect.assessments.errors import AnswersClosed, LinkTakenAlready
from protect.assessments.models import AnswerToken, Inquiry, LinkTaken, Measuring
from protect.assessments.rules import DAYS_OPEN, is_open
from protect.assessments.statistics import keys
from protect.trainings.base.access import token_hash
from protect.trainings.base.enums import Phase
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.enums import Delivery


def is_offered(registration: Registration, at: datetime) -> bool:
    """Return whether somebody can take a link now, or could before they took it.

    In a room there are slips. Online: who is confirmed, and not noted as absent all the time.
    """
    edition = registration.edition
    if registration.state != RegistrationState.CONFIRMED or edition.delivery == Delivery.IN_PERSON:
        return False
    asked = Inquiry.objects.filter(
        measuring=edition.pk, measuring__frozen_at=None, phase=Phase.EVALUATION
    )
    rows = edition.sessions.standing().order_by("starts_at", "number")
    half_days = list(rows.values_list("starts_at", "ends_at"))
    noted = list(registration.attendances.order_by("pk").values_list("minutes", flat=True))
    was_there = any(noted) or not noted
    return was_there and is_open(Phase.EVALUATION, half_days, at) and asked.exists()


@transaction.atomic
def take_link(registration: Registration, sent_key: UUID, *, at: datetime) -> str:
    """Return the token of a link that opens the evaluation once; a page sent again has the same.

    The audit has no entry: it knows minutes. Errors: AnswersClosed; LinkTakenAlready;
    MatchKeyMissing.
    """
    edition = registration.edition
    row = Measuring.objects.select_for_update(of=("self",)).filter(pk=edition.pk).first()
    if row is None or not is_offered(registration, at):
        raise AnswersClosed
    token, tokens = (
        keys.link_token(key_of(row), sent_key),
        AnswerToken.objects.filter(edition=edition),
    )
    if LinkTaken.objects.filter(registration=registration).exists():
        if tokens.filter(token_hash=token_hash(token)).exists():
            return token
        raise LinkTakenAlready
    ends = edition.sessions.standing().order_by("-ends_at").values_list("ends_at", flat=True)[0]
    slip = AnswerToken.objects.create(
        edition=edition,
        phase=Phase.EVALUATION,
        token_hash=token_hash(token),
        expires_on=(ends + DAYS_OPEN).date(),  # the same for all
    )
    mix(tokens, slip.pk)
    LinkTaken.objects.create(registration=registration)
    mix(LinkTaken.objects.filter(registration__edition=edition), registration.pk)
    return token


@transaction.atomic
def forget_links(*, at: datetime) -> int:
    """Forget who took a link to an evaluation that is over; return how many links."""
    sessions = "registration__edition__sessions"
    last = Max(f"{sessions}__ends_at", filter=Q(**{f"{sessions}__cancelled_at": None}))
    is_over = Q(last__lte=at - DAYS_OPEN) | Q(last=None)
    over = LinkTaken.objects.annotate(last=last).filter(is_over).order_by()
    return LinkTaken.objects.filter(pk__in=over.values("pk")).delete()[0]
