"""What people report as wrong. It changes nothing about a service, except that a member's report
of a dead number flags that number at once.

Source: docs/adr/0018-corrections-and-doubles.md.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction

from protect.audit.context import AuditContext
from protect.directory import access
from protect.directory.changes import touch
from protect.directory.enums import Fact, Method, Verdict
from protect.directory.fact_records.checks import Finding, check_fact
from protect.directory.models import Service
from protect.directory.protection import address_patterns
from protect.orgs.models import User
from protect.orgs.scope import Scope
from protect.verification.enums import Claim, CorrectionState, QueueReason, Reporter
from protect.verification.errors import ReportIncomplete, ReportNotSafe
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
    Errors: Http404 for other users; ReportIncomplete; ReportNotSafe. Then nothing is
    stored.
    """
    service = access.get_service(scope, service.pk)
    must_be_safe(report, is_public=False)
    user = User.objects.get(pk=str(scope.user_id))
    if Fact.PHONE in report.facts:
        touch()  # before the service is locked, as everywhere
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    standing = Correction.objects.new().filter(
        service=locked, reporter=Reporter.MEMBER, by=user, text=report.text.strip()
    )
    if existing := _is_there(standing, report):
        return existing
    correction = _keep(locked, report, Reporter.MEMBER, user, at)
    if Fact.PHONE in report.facts:
        check_fact(locked, Fact.PHONE, Finding(Verdict.DISPUTED, Method.CALL, by=user), at=at)
        enqueue(locked, QueueReason.DISPUTED, at=at)
    organisation = min(scope.organisations, default=None)
    audit = AuditContext(at=at, actor=scope.user_id, organisation=organisation)
    audit.record("directory.report", correction)
    return correction


def must_be_safe(report: Report, *, is_public: bool) -> None:
    """Refuse what a report must not hold.

    A report may not contain an address: the service may be a shelter, or become one. A visitor may
    not send a link, and a phone number only to correct one, because an abuser may be writing.
    Errors: ReportIncomplete; ReportNotSafe.
    """
    text = report.text
    if not set(report.facts) <= KNOWN or not (report.facts or (report.is_other and text.strip())):
        raise ReportIncomplete()
    is_about_number = Fact.PHONE in report.facts
    is_unsafe = len(text) > LONGEST or address_patterns.resembles(text)
    if is_public:
        is_unsafe |= address_patterns.has_link(text)
        is_unsafe |= address_patterns.has_number(text) and not is_about_number
    if is_unsafe:
        raise ReportNotSafe()


@transaction.atomic
def forget_corrections(*, at: datetime) -> int:
    """Erase what the public wrote in reports that were judged 30 days ago; return how many.

    What was reported, and what came of it, stays.
    """
    judged = Correction.objects.filter(reporter=Reporter.PUBLIC, judged_at__lte=at - TEXT_KEPT)
    return judged.exclude(text="").exclude(state=CorrectionState.NEW).update(text="")


def _make_room(standing: models.QuerySet[Correction]) -> None:
    """Delete the oldest of the most repeated reports until there is room for one more.

    A report that a moderator marked as repeated by others stays.
    """
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
