"""Judging reports: each once, by a moderator of the country.

Source: docs/adr/0018-corrections-and-doubles.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from protect.directory import access
from protect.directory.access import survivor
from protect.directory.changes import touch
from protect.directory.enums import Fact, Freshness, Method, Verdict
from protect.directory.errors import EditConflict
from protect.directory.fact_records.checks import Finding, check_fact
from protect.directory.fact_records.freshness import standing_of
from protect.directory.fact_records.values import fact_of, mark_of
from protect.directory.models import Service
from protect.directory.protection import address_patterns
from protect.directory.services.actions.edits import write_fact
from protect.orgs.enums import Permission
from protect.orgs.models import User
from protect.orgs.scope import Scope
from protect.verification import rules
from protect.verification.enums import Claim, CorrectionState, QueueReason
from protect.verification.errors import ReportIncomplete, ReportNotSafe
from protect.verification.models import Correction
from protect.verification.queue.queue import enqueue


@dataclass(frozen=True, slots=True)
class Judgement:
    """A moderator's decision on a report. "partly" needs `facts`, "rejected" a reason."""

    verdict: CorrectionState
    facts: tuple[str, ...] = ()
    reason: str = ""
    duplicate_of: Correction | None = None


@transaction.atomic
def judge(
    scope: Scope, correction: Correction, judgement: Judgement, *, at: datetime
) -> Correction:
    """Judge a report. What a provider proposed is applied; of others, the facts are disputed.

    A number that changed so still needs its call test. What is told of an entry that was merged
    since counts for the one that remained.
    Errors: PermissionDenied; CorrectionJudged, also when a colleague was first; ReportIncomplete;
    ReportNotSafe, when the reason tells where something is; EditConflict, when what a provider saw
    was changed since.
    """
    audit = access.permitted_context(
        scope, Permission.MODERATE_DIRECTORY, correction.country_id, at=at
    )
    touch()
    locked = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    locked.state = rules.judge(CorrectionState(locked.state), judgement.verdict)
    accepted = _accepted(locked, judgement)
    if address_patterns.resembles(judgement.reason):
        raise ReportNotSafe()
    locked.reason = judgement.reason
    locked.duplicate_of = _original(locked, judgement)
    locked.judged_by_id, locked.judged_at = audit.actor, at
    locked.save(update_fields=["state", "reason", "duplicate_of", "judged_by", "judged_at"])
    if accepted:
        _act(locked, accepted, User.objects.get(pk=str(audit.actor)), at)
    audit.record(f"directory.correction_{judgement.verdict.value}", locked)
    return locked


def _accepted(locked: Correction, judgement: Judgement) -> list[str]:
    """Return what is taken over: all, or for "partly" what the moderator chose of it."""
    reported = list(locked.proposed) or list(locked.facts)
    if judgement.verdict == CorrectionState.ACCEPTED:
        return reported
    if judgement.verdict == CorrectionState.REJECTED and not judgement.reason.strip():
        raise ReportIncomplete()
    if judgement.verdict != CorrectionState.PARTLY:
        return []
    chosen = [each for each in reported if each in judgement.facts]
    if not chosen or len(chosen) == len(reported):
        raise ReportIncomplete()
    return chosen


def _original(locked: Correction, judgement: Judgement) -> Correction | None:
    """Return the report that this one repeats: never itself, never one that repeats another."""
    if judgement.verdict != CorrectionState.DUPLICATE:
        return None
    other = judgement.duplicate_of
    other = other.duplicate_of or other if other else None
    if other is None or other.pk == locked.pk or other.service_id != locked.service_id:
        raise ReportIncomplete()
    return other


def _act(correction: Correction, accepted: Iterable[str], user: User, at: datetime) -> None:
    remaining = survivor(correction.service)
    service = Service.objects.select_for_update(of=("self",)).get(pk=remaining.pk)
    if correction.proposed:
        _apply(service, correction, accepted, at)
    else:
        _dispute(service, accepted, user, at)


def _apply(service: Service, correction: Correction, accepted: Iterable[str], at: datetime) -> None:
    for code in accepted:
        fact = Fact(code)
        _must_be_as_seen(service, fact, correction)
        is_changed = write_fact(service, fact, correction.proposed[code], at=at)
        verdict = Verdict.CHANGED if is_changed else Verdict.CONFIRMED
        check_fact(service, fact, Finding(verdict, Method.PROVIDER), at=at)
        if is_changed and fact == Fact.PHONE:
            enqueue(service, QueueReason.CHANGED, at=at)


def _must_be_as_seen(service: Service, fact: Fact, correction: Correction) -> None:
    """Refuse to overwrite a fact that was edited after the service saw it."""
    mark, standing = correction.marks.get(fact.value), fact_of(service, fact)
    is_other = standing != standing | correction.proposed[fact.value]
    if mark is not None and mark_of(standing) != mark and is_other:
        raise EditConflict()


def _dispute(service: Service, accepted: Iterable[str], user: User, at: datetime) -> None:
    standing = standing_of(service, at)
    reported = {*accepted}
    named = [
        fact for fact in Fact if fact in reported or (Claim.CLOSED in reported and fact in standing)
    ]
    for fact in named:
        if fact not in standing or standing[fact].state != Freshness.DISPUTED:
            # A report is no way of checking: `telling` says of this one that a moderator agreed.
            check_fact(service, fact, Finding(Verdict.DISPUTED, Method.WEB, by=user), at=at)
    if named:
        enqueue(service, QueueReason.DISPUTED, at=at)
