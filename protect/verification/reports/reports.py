"""Reports that something about a service is wrong, and the decisions of moderators.
A report of a visitor or member changes nothing by itself; only a member's report of a dead
number disputes the number at once. Source: docs/adr/0018-corrections-and-duplicates.md."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction

from protect.directory import access, changes
from protect.directory.enums import Fact, Freshness, Method, Verdict
from protect.directory.errors import DirectoryRefusal
from protect.directory.fact_records import checks, values
from protect.directory.models import Service
from protect.directory.protection import address_patterns
from protect.directory.services.actions.edits import write_fact
from protect.orgs.access import get_current_user
from protect.orgs.enums import Permission
from protect.orgs.models import User
from protect.orgs.scope import Scope
from protect.verification import errors, rules
from protect.verification.enums import CorrectionState, QueueReason, ReportClaim, Reporter
from protect.verification.models import Correction
from protect.verification.queue.queue import enqueue

MAXIMUM_TEXT_LENGTH = 1000  # characters
# Open public reports about one service. A further report replaces the oldest of the most repeated
# ones, so that a flood of reports displaces only itself.
MAXIMUM_OPEN_REPORTS = 20
TEXT_RETENTION = timedelta(days=30)  # texts of public reports are kept so long after the decision
REPORTABLE_CODES = frozenset({*Fact.values, *ReportClaim.values})


@dataclass(frozen=True, slots=True)
class Report:
    """A report that an entry is wrong: codes of facts and claims, and free text."""

    facts: tuple[str, ...]
    text: str = ""
    language: str = ""  # BCP 47, of the page
    is_other: bool = False  # about something without a code: then the text is required

    @property
    def codes(self) -> list[str]:
        return sorted({*self.facts})


def report_as_public(service: Service, report: Report, *, at: datetime) -> bool:
    """Save a visitor's report for a moderator; return whether it is a new report.
    A repeated report is dropped silently. If MAXIMUM_OPEN_REPORTS are open about a service,
    an old report about the most reported facts is deleted. Nothing about the visitor is
    stored, the audit has no entry, and the directory's version does not change, because no
    page changes. Errors: ReportIncomplete; ReportNotSafe. After an error nothing is stored."""
    require_acceptable_report(report, is_public=True)
    with transaction.atomic():
        locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
        open_reports = Correction.objects.new().filter(service=locked, reporter=Reporter.PUBLIC)
        if _find_same_report(open_reports.filter(text=report.text.strip()), report):
            return False
        _delete_surplus_reports(open_reports)
        _store_report(locked, report, Reporter.PUBLIC, None, at)
    return True


@transaction.atomic
def report_as_member(scope: Scope, service: Service, report: Report, *, at: datetime) -> Correction:
    """Save a member's report; return it, or the member's open report that says the same.
    A dead number is disputed at once and has to be called; on other facts a moderator
    decides. Every user who may see the service may report. Errors: Http404 for other users;
    ReportIncomplete; ReportNotSafe. After an error nothing is stored."""
    service = access.get_service(scope, service.pk)
    require_acceptable_report(report, is_public=False)
    user = get_current_user(scope)
    if Fact.PHONE in report.facts:
        changes.raise_version()  # before the service is locked, in the same order as all actions
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    open_reports = Correction.objects.new().filter(
        service=locked, reporter=Reporter.MEMBER, by=user, text=report.text.strip()
    )
    if existing := _find_same_report(open_reports, report):
        return existing
    correction = _store_report(locked, report, Reporter.MEMBER, user, at)
    if Fact.PHONE in report.facts:
        finding = checks.Finding(Verdict.DISPUTED, Method.CALL, by=user)
        checks.record_check(locked, Fact.PHONE, finding, at=at)
        enqueue(locked, QueueReason.DISPUTED, at=at)
    audit = scope.audit(min(scope.organisations, default=None), at=at)
    audit.record("verification.report", correction)
    return correction


def require_acceptable_report(report: Report, *, is_public: bool) -> None:
    """Refuse a report that says nothing or has text that must not be stored. None may contain an
    address, because the service may be a shelter. A visitor's report may contain no link, and a
    phone number only if it is about the number: an abuser may be writing. Errors:
    ReportIncomplete; ReportNotSafe."""
    text = report.text
    has_subject = bool(report.facts) or (report.is_other and bool(text.strip()))
    if not has_subject or not set(report.facts) <= REPORTABLE_CODES:
        raise errors.ReportIncomplete()
    is_about_number = Fact.PHONE in report.facts
    is_unsafe = len(text) > MAXIMUM_TEXT_LENGTH or address_patterns.resembles_address(text)
    if is_public:
        is_unsafe |= address_patterns.has_link(text)
        is_unsafe |= address_patterns.has_number(text) and not is_about_number
    if is_unsafe:
        raise errors.ReportNotSafe()


@transaction.atomic
def erase_report_texts(*, at: datetime) -> int:
    """Erase the texts of public reports 30 days after the decision; return how many."""
    judged = Correction.objects.filter(reporter=Reporter.PUBLIC, judged_at__lte=at - TEXT_RETENTION)
    return judged.exclude(text="").exclude(state=CorrectionState.NEW).update(text="")


def _delete_surplus_reports(open_reports: models.QuerySet[Correction]) -> None:
    """Delete the oldest of the most repeated reports until there is room for one more.
    A report that a moderator marked as the original of duplicates is kept."""
    repeated = Correction.objects.filter(duplicate_of__isnull=False).values("duplicate_of")
    rows = list(open_reports.exclude(pk__in=repeated).order_by("created", "pk"))
    counts = Counter(tuple(row.facts) for row in rows)
    while len(rows) >= MAXIMUM_OPEN_REPORTS:
        most_repeated_facts = counts.most_common(1)[0][0]
        oldest = next(row for row in rows if tuple(row.facts) == most_repeated_facts)
        rows.remove(oldest)
        counts[most_repeated_facts] -= 1
        oldest.delete()


def _find_same_report(reports: models.QuerySet[Correction], report: Report) -> Correction | None:
    """Return the first of `reports` with the same codes; callers have compared the texts."""
    rows = reports.order_by("created", "pk")[:MAXIMUM_OPEN_REPORTS]
    return next((row for row in rows if row.facts == report.codes), None)


def _store_report(
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
class ReportDecision:
    """A moderator's decision. "partly" needs facts, "rejected" a reason, "duplicate" a report."""

    verdict: CorrectionState
    facts: tuple[str, ...] = ()
    reason: str = ""
    duplicate_of: Correction | None = None


@transaction.atomic
def decide_report(
    scope: Scope, correction: Correction, decision: ReportDecision, *, at: datetime
) -> Correction:
    """Decide on a report. Accepted proposals of a service are written, other accepted facts
    disputed. A number that changes this way still needs its call test. A report about a merged
    entry applies to the remaining one. Errors: PermissionDenied; ReportIncomplete;
    verification_correction_judged, also if a colleague was first; ReportNotSafe, if the reason
    has an address; directory_edit_conflict, if proposed facts changed since the proposal."""
    country = correction.country_id
    audit = access.permitted_context(scope, Permission.MODERATE_DIRECTORY, country, at=at)
    changes.raise_version()
    locked = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    locked.state = rules.next_report_state(CorrectionState(locked.state), decision.verdict)
    accepted = _accepted_codes(locked, decision)
    if address_patterns.resembles_address(decision.reason):
        raise errors.ReportNotSafe()
    locked.reason = decision.reason
    locked.duplicate_of = _original_report(locked, decision)
    locked.judged_by_id, locked.judged_at = audit.actor, at
    locked.save(update_fields=["state", "reason", "duplicate_of", "judged_by", "judged_at"])
    if accepted:
        _apply_decision(locked, accepted, User.objects.get(pk=str(audit.actor)), at)
    audit.record(f"verification.correction_{decision.verdict.value}", locked)
    return locked


def _accepted_codes(report: Correction, decision: ReportDecision) -> list[str]:
    """Return the accepted codes: all, the chosen ones or none. Errors: ReportIncomplete."""
    reported = list(report.proposed) or list(report.facts)
    if decision.verdict == CorrectionState.ACCEPTED:
        return reported
    if decision.verdict == CorrectionState.REJECTED and not decision.reason.strip():
        raise errors.ReportIncomplete()
    if decision.verdict != CorrectionState.PARTLY:
        return []
    chosen = [code for code in reported if code in decision.facts]
    if not chosen or len(chosen) == len(reported):
        raise errors.ReportIncomplete()
    return chosen


def _original_report(report: Correction, decision: ReportDecision) -> Correction | None:
    """Return the original of a duplicate report, else None. Errors: ReportIncomplete."""
    if decision.verdict != CorrectionState.DUPLICATE:
        return None
    other = decision.duplicate_of
    other = other.duplicate_of or other if other else None
    if other is None or other.pk == report.pk or other.service_id != report.service_id:
        raise errors.ReportIncomplete()
    return other


def _apply_decision(report: Correction, accepted: Iterable[str], user: User, at: datetime) -> None:
    """Write the accepted values that a service proposed; dispute facts that others reported."""
    merge_target = access.follow_merges(report.service)
    service = Service.objects.select_for_update(of=("self",)).get(pk=merge_target.pk)
    if report.proposed:
        _write_values(service, report, accepted, at)
    else:
        _dispute_facts(service, accepted, user, at)


def _write_values(service: Service, report: Correction, codes: Iterable[str], at: datetime) -> None:
    """Write the proposed values of the facts with these codes, and record a check of each; the
    report's text is the source."""
    for code in codes:
        fact = Fact(code)
        _require_unchanged_fact(service, fact, report)
        is_changed = write_fact(service, fact, report.proposed[code], at=at)
        verdict = Verdict.CHANGED if is_changed else Verdict.CONFIRMED
        finding = checks.Finding(verdict, Method.PROVIDER, source=report.text)
        checks.record_check(service, fact, finding, at=at)
        if is_changed and fact == Fact.PHONE:
            enqueue(service, QueueReason.CHANGED, at=at)


def _require_unchanged_fact(service: Service, fact: Fact, correction: Correction) -> None:
    """Refuse if the fact was edited since the report and lacks the proposed values."""
    seen_fingerprint, stored_values = (
        correction.marks.get(fact.value),
        values.read_fact(service, fact),
    )
    has_changed = stored_values != stored_values | correction.proposed[fact.value]
    if (
        seen_fingerprint is not None
        and values.fingerprint_of(stored_values) != seen_fingerprint
        and has_changed
    ):
        raise DirectoryRefusal("directory_edit_conflict")


def _dispute_facts(service: Service, accepted: Iterable[str], user: User, at: datetime) -> None:
    """Record accepted facts as disputed; all known facts if the service is called closed."""
    fact_states, reported = checks.service_fact_states(service, at), {*accepted}
    is_closed = ReportClaim.CLOSED in reported
    disputed = [fact for fact in Fact if fact in reported or (is_closed and fact in fact_states)]
    for fact in disputed:
        if fact not in fact_states or fact_states[fact].state != Freshness.DISPUTED:
            # A report has no method of checking: `fact_view` shows WEB as agreed by a moderator.
            finding = checks.Finding(Verdict.DISPUTED, Method.WEB, by=user)
            checks.record_check(service, fact, finding, at=at)
    if disputed:
        enqueue(service, QueueReason.DISPUTED, at=at)
