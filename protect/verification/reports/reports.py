"""What people report as wrong. It changes nothing about a service, except that a member's report
of a dead number flags that number at once.

Source: docs/adr/0018-corrections-and-duplicates.md.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction

from protect.audit.context import AuditContext
from protect.directory import access, changes
from protect.directory.enums import Fact, Freshness, Method, Verdict
from protect.directory.errors import DirectoryRefusal
from protect.directory.fact_records import checks, values
from protect.directory.models import Service
from protect.directory.protection import address_patterns
from protect.directory.services.actions.edits import write_fact
from protect.orgs.access import me
from protect.orgs.enums import Permission
from protect.orgs.models import User
from protect.orgs.scope import Scope
from protect.verification import errors, rules
from protect.verification.enums import Claim, CorrectionState, QueueReason, Reporter
from protect.verification.models import Correction
from protect.verification.queue.queue import enqueue

LONGEST = 1000  # characters
# Open reports of the public about one service. Beyond that, the oldest of the most repeated ones
# makes room, so that a flood displaces only itself.
MOST_OPEN = 20
TEXT_KEPT = timedelta(days=30)  # what the public wrote, after it was judged
KNOWN = frozenset({*Fact.values, *Claim.values})


@dataclass(frozen=True, slots=True)
class Report:
    """A report that an entry is wrong: codes of facts and claims, and a free text."""

    facts: tuple[str, ...]
    text: str = ""
    language: str = ""  # BCP 47, of the page
    is_other: bool = False  # something that no code says: then the words count

    @property
    def codes(self) -> list[str]:
        return sorted({*self.facts})


def report_as_public(service: Service, report: Report, *, at: datetime) -> bool:
    """Save a visitor's report for a moderator; return whether it is a new report.

    A repeated report is dropped silently. Where MOST_OPEN are open about a service, an old one is
    deleted, of the facts that are reported most often, so that a flood displaces itself.
    Nothing about the visitor is stored, the audit says nothing, and the directory's
    version stays, because no page changes.
    Errors: ReportIncomplete; ReportNotSafe, and then nothing is stored.
    """
    must_be_safe(report, is_public=True)
    with transaction.atomic():
        locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
        standing = Correction.objects.new().filter(service=locked, reporter=Reporter.PUBLIC)
        if _is_there(standing.filter(text=report.text.strip()), report):
            return False
        _make_room(standing)
        _keep(locked, report, Reporter.PUBLIC, None, at)
    return True


@transaction.atomic
def report_as_member(scope: Scope, service: Service, report: Report, *, at: datetime) -> Correction:
    """Save a member's report; return it, or the open report that says the same.
    A dead number is disputed at once and waits to be called; of other facts a moderator judges.
    Every user who may see the service may report.
    Errors: Http404 for other users; ReportIncomplete; ReportNotSafe. Then nothing is stored."""
    service = access.get_service(scope, service.pk)
    must_be_safe(report, is_public=False)
    user = me(scope)
    if Fact.PHONE in report.facts:
        changes.touch()  # before the service is locked, as everywhere
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    standing = Correction.objects.new().filter(
        service=locked, reporter=Reporter.MEMBER, by=user, text=report.text.strip()
    )
    if existing := _is_there(standing, report):
        return existing
    correction = _keep(locked, report, Reporter.MEMBER, user, at)
    if Fact.PHONE in report.facts:
        finding = checks.Finding(Verdict.DISPUTED, Method.CALL, by=user)
        checks.check_fact(locked, Fact.PHONE, finding, at=at)
        enqueue(locked, QueueReason.DISPUTED, at=at)
    organisation = min(scope.organisations, default=None)
    audit = AuditContext(at=at, actor=scope.user_id, organisation=organisation)
    audit.record("verification.report", correction)
    return correction


def must_be_safe(report: Report, *, is_public: bool) -> None:
    """Refuse what a report must not hold. A report may not contain an address: the service may be a
    shelter, or become one. A visitor may not send a link, and a phone number only to correct one,
    because an abuser may be writing. Errors: ReportIncomplete; ReportNotSafe."""
    text = report.text
    if not set(report.facts) <= KNOWN or not (report.facts or (report.is_other and text.strip())):
        raise errors.ReportIncomplete()
    is_about_number = Fact.PHONE in report.facts
    is_unsafe = len(text) > LONGEST or address_patterns.resembles(text)
    if is_public:
        is_unsafe |= address_patterns.has_link(text)
        is_unsafe |= address_patterns.has_number(text) and not is_about_number
    if is_unsafe:
        raise errors.ReportNotSafe()


@transaction.atomic
def forget_corrections(*, at: datetime) -> int:
    """Erase what the public wrote in reports that were judged 30 days ago; return how many.
    What was reported, and what came of it, stays."""
    judged = Correction.objects.filter(reporter=Reporter.PUBLIC, judged_at__lte=at - TEXT_KEPT)
    return judged.exclude(text="").exclude(state=CorrectionState.NEW).update(text="")


def _make_room(standing: models.QuerySet[Correction]) -> None:
    """Delete the oldest of the most repeated reports until there is room for one more.
    A report that a moderator marked as repeated by others stays."""
    repeated = Correction.objects.filter(duplicate_of__isnull=False).values("duplicate_of")
    rows = list(standing.exclude(pk__in=repeated).order_by("created", "pk"))
    counts = Counter(tuple(each.facts) for each in rows)
    while len(rows) >= MOST_OPEN:
        noise = counts.most_common(1)[0][0]
        oldest = next(each for each in rows if tuple(each.facts) == noise)
        rows.remove(oldest)
        counts[noise] -= 1
        oldest.delete()


def _is_there(standing: models.QuerySet[Correction], report: Report) -> Correction | None:
    rows = standing.order_by("created", "pk")[:MOST_OPEN]
    return next((each for each in rows if each.facts == report.codes), None)


def _keep(
    service: Service, report: Report, reporter: Reporter, user: User | None, at: datetime
) -> Correction:
    return Correction.objects.create(
        service=service,
        country_id=service.country_id,
        reporter=reporter,
        by=user,
        facts=report.codes,
        text=report.text.strip(),
        language=report.language,
        created=at,
    )


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
    Errors: PermissionDenied; verification_correction_judged, also when a colleague was first;
    ReportIncomplete; ReportNotSafe, when the reason tells where something is;
    directory_edit_conflict, when what a provider saw was changed since.
    """
    audit = access.permitted_context(
        scope, Permission.MODERATE_DIRECTORY, correction.country_id, at=at
    )
    changes.touch()
    locked = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    locked.state = rules.judge(CorrectionState(locked.state), judgement.verdict)
    accepted = _accepted(locked, judgement)
    if address_patterns.resembles(judgement.reason):
        raise errors.ReportNotSafe()
    locked.reason = judgement.reason
    locked.duplicate_of = _original(locked, judgement)
    locked.judged_by_id, locked.judged_at = audit.actor, at
    locked.save(update_fields=["state", "reason", "duplicate_of", "judged_by", "judged_at"])
    if accepted:
        _act(locked, accepted, User.objects.get(pk=str(audit.actor)), at)
    audit.record(f"verification.correction_{judgement.verdict.value}", locked)
    return locked


def _accepted(locked: Correction, judgement: Judgement) -> list[str]:
    """Return what is taken over: all, or for "partly" what the moderator chose of it."""
    reported = list(locked.proposed) or list(locked.facts)
    if judgement.verdict == CorrectionState.ACCEPTED:
        return reported
    if judgement.verdict == CorrectionState.REJECTED and not judgement.reason.strip():
        raise errors.ReportIncomplete()
    if judgement.verdict != CorrectionState.PARTLY:
        return []
    chosen = [each for each in reported if each in judgement.facts]
    if not chosen or len(chosen) == len(reported):
        raise errors.ReportIncomplete()
    return chosen


def _original(locked: Correction, judgement: Judgement) -> Correction | None:
    """Return the report that this one repeats: never itself, never one that repeats another."""
    if judgement.verdict != CorrectionState.DUPLICATE:
        return None
    other = judgement.duplicate_of
    other = other.duplicate_of or other if other else None
    if other is None or other.pk == locked.pk or other.service_id != locked.service_id:
        raise errors.ReportIncomplete()
    return other


def _act(correction: Correction, accepted: Iterable[str], user: User, at: datetime) -> None:
    remaining = access.survivor(correction.service)
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
        checks.check_fact(service, fact, checks.Finding(verdict, Method.PROVIDER), at=at)
        if is_changed and fact == Fact.PHONE:
            enqueue(service, QueueReason.CHANGED, at=at)


def _must_be_as_seen(service: Service, fact: Fact, correction: Correction) -> None:
    mark, standing = correction.marks.get(fact.value), values.fact_of(service, fact)
    is_other = standing != standing | correction.proposed[fact.value]
    if mark is not None and values.mark_of(standing) != mark and is_other:
        raise DirectoryRefusal("directory_edit_conflict")


def _dispute(service: Service, accepted: Iterable[str], user: User, at: datetime) -> None:
    standing = checks.standing_of(service, at)
    reported = {*accepted}
    named = [
        fact for fact in Fact if fact in reported or (Claim.CLOSED in reported and fact in standing)
    ]
    for fact in named:
        if fact not in standing or standing[fact].state != Freshness.DISPUTED:
            # A report is no way of checking: `telling` says of this one that a moderator agreed.
            finding = checks.Finding(Verdict.DISPUTED, Method.WEB, by=user)
            checks.check_fact(service, fact, finding, at=at)
    if named:
        enqueue(service, QueueReason.DISPUTED, at=at)
