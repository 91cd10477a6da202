"""Papers to hand out: cards for tests, slips for evaluations, slips that say “passed”."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from protect.assessments.actions.answers import key_of
from protect.assessments.actions.row_order import CHANCE, mix
from protect.assessments.errors import AnalysisFrozen, SlipFailed, SlipUnknown
from protect.assessments.models import AnswerToken, Measuring, Passed, PassVoucher
from protect.assessments.rules import DAYS_OPEN
from protect.assessments.statistics.cards import codes_from
from protect.assessments.statistics.codes import Mistake, code_hash, read
from protect.audit.context import AuditContext
from protect.kernel.ids import drawn_secret
from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.base.access import token_hash
from protect.trainings.base.enums import Phase
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition

MOST = 200  # cards or slips in one printing


@transaction.atomic
def print_cards(scope: Scope, edition: Edition, number: int, *, at: datetime) -> list[str]:
    """Make cards of an edition; return their codes in random order. They are not stored.

    Errors: PermissionDenied; AnalysisFrozen; MatchKeyMissing; ValueError for more than MOST.
    """
    audit, row = _printing(scope, edition, number, at)
    codes, row.cards = codes_from(row.cards, number, key_of(row))
    row.save(update_fields=["cards"])
    audit.record("assessments.print_cards", edition)
    CHANCE.shuffle(codes)
    return codes


@transaction.atomic
def print_slips(scope: Scope, edition: Edition, number: int, *, at: datetime) -> list[str]:
    """Make slips that open the evaluation once each; return their tokens, which are not stored.

    They work until DAYS_OPEN after the last half day, and so long from now at least.
    Errors: PermissionDenied; AnalysisFrozen; ValueError for more than MOST.
    """
    audit, _row = _printing(scope, edition, number, at)
    last = edition.sessions.standing().order_by("-ends_at").values_list("ends_at", flat=True)
    until = max(at, last.first() or at) + DAYS_OPEN
    tokens = [drawn_secret() for _ in range(number)]
    slips = AnswerToken.objects.bulk_create(
        AnswerToken(
            edition=edition,
            phase=Phase.EVALUATION,
            token_hash=token_hash(token),
            expires_on=until.date(),
        )
        for token in tokens
    )
    mix(AnswerToken.objects.filter(edition=edition), *(each.pk for each in slips))
    audit.record("assessments.print_slips", edition)
    return tokens


@transaction.atomic
def spend(registration: Registration, typed: str) -> None:
    """Take the slip that the anonymous test handed out: the participant has passed.

    Neither the time nor the slip is stored, and there is no audit entry: both could link a test
    to a participant. Errors: SlipUnknown; SlipFailed, when it says that the mark was not
    reached.
    """
    code = read(typed)
    edition = registration.edition_id
    measuring = Measuring.objects.select_for_update(of=("self",)).filter(pk=edition).first()
    if isinstance(code, Mistake) or measuring is None or measuring.salt is None:
        raise SlipUnknown
    if Passed.objects.filter(registration=registration).exists():  # a second slip is a classmate's
        return
    rows = PassVoucher.objects.filter(edition=edition)
    row = rows.filter(token_hash=code_hash(code, key_of(measuring)), is_spent=False).first()
    if row is None:
        raise SlipUnknown
    if not row.has_passed:
        raise SlipFailed
    PassVoucher.objects.filter(pk=row.pk).update(is_spent=True)
    mix(rows, row.pk)
    Passed.objects.get_or_create(registration=registration)
    mix(Passed.objects.filter(registration__edition=edition), registration.pk)


def _printing(
    scope: Scope, edition: Edition, number: int, at: datetime
) -> tuple[AuditContext, Measuring]:
    """Return the audit context of the printing planner, and the locked measurement."""
    if not 0 < number <= MOST:
        raise ValueError(f"{number} papers")
    audit = access.planner_context(scope, edition.host_id, at=at)
    row = Measuring.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if row.salt is None:
        raise AnalysisFrozen
    return audit, row
