from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.audit.context import AuditContext
from protect.certificates import eligibility
from protect.certificates.actions import certificates
from protect.certificates.badges import files, issuers, verification
from protect.kernel import clock
from protect.trainings.scheduling.models import Edition
from protect.vault.server_keys.badge_keys import is_name_here, keys_under

STEP = 50  # certificates in one transaction
STEPS = {
    "issue": "issue each certificate that is due; safe to run again",
    "verify": "say whether a certificate counts; exit 1 unless it does",
}


class Command(BaseCommand):
    help = "Issue certificates of trainings, and verify them."
    requires_system_checks: list[str] = []  # a certificate is checked, whatever else is wrong

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        parsers = {name: steps.add_parser(name, help=text) for name, text in STEPS.items()}
        parsers["issue"].add_argument(
            "edition", metavar="EDITION", help="the code of a training that has taken place"
        )
        parsers["issue"].add_argument("--dry-run", action="store_true")
        file: dict[str, Any] = {"type": Path, "metavar": "FILE"}
        add = parsers["verify"].add_argument
        add("file", help="JSON, PDF or PNG", **file)
        status = "a list of what was revoked, as its issuer publishes it"
        add("--status", action="append", default=[], help=status, **file)
        issuer = "the issuer's did.json, instead of the keys of this installation"
        add("--issuer", help=issuer, **file)

    def handle(self, *, step: str, **options: Any) -> None:
        steps: dict[str, Callable[..., None]] = {"issue": self.issue, "verify": self.verify}
        steps[step](**options)

    def issue(self, *, edition: str, dry_run: bool, **options: Any) -> None:
        row = Edition.objects.select_related("course_version").filter(code=edition).first()
        if row is None:
            raise CommandError(f"no training has the code “{edition}”: see its page")
        people = eligibility.lines_of(row)
        due = sum(each.is_due for each in people)
        for lack, number in sorted(Counter(lack for each in people for lack in each.lacks).items()):
            self.stderr.write(f"{number} lack {lack.value}")
        done, audit = 0, AuditContext(at=clock.now(), actor=None, organisation=row.host_id)
        while not dry_run and (batch := certificates.issue_due(row, audit=audit, limit=STEP)):
            done += len(batch)
            self.stderr.write(f"{done}/{due} certificates")
        self.stdout.write(f"would issue {due}" if dry_run else f"issued {done}")

    def verify(
        self, *, file: Path, status: list[Path], issuer: Path | None, **options: Any
    ) -> None:
        document = files.certificate_in(file)
        lists = [files.status_list_in(each) for each in status]
        if issuer is None:
            keys = keys_under(verification.issuer_of(document))
        else:
            keys = issuers.keys_in(files.issuer_in(issuer))
        verdict = verification.verify(document, lists, keys, at=clock.now(), is_here=is_name_here)
        for line in lines(verdict):
            self.stdout.write(line)
        if verdict.state is not verification.State.VALID:
            raise CommandError(f"do not rely on this certificate: {verdict.state.value}")


def lines(verdict: verification.Verdict) -> Iterator[str]:
    yield f"result {verdict.state.value}"
    for reason in verdict.reasons:
        yield f"reason {reason.value}: {reason.label}"
    if verdict.content is not None:
        yield from _content_lines(verdict.content)
    if verdict.foreign is not None:
        yield f"issuer {verdict.foreign.name} {verdict.foreign.id} (not this platform)"


def _content_lines(content: verification.VerifiedContent) -> Iterator[str]:
    yield f"course {content.title}"
    yield f"minutes {content.minutes}"
    yield f"date {content.day}"
    yield f"issuer {content.issuer} {content.controller}"
    yield f"name {content.name or '(not shown)'}"
    yield f"certificate {content.id}"
    yield f"issued {content.issued:%Y-%m-%dT%H:%M:%SZ}"
    yield f"signed {content.signed:%Y-%m-%dT%H:%M:%SZ} {content.key}"
