from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.audit.context import AuditContext
from protect.certificates import eligibility
from protect.certificates.actions import certificates
from protect.certificates.badges import files, issuers, verification
from protect.kernel import clock
from protect.trainings.scheduling.models import Edition
from protect.vault.server_keys.badge_keys import is_own_controller, published_keys_of_controller

BATCH_SIZE = 50  # certificates issued in one transaction
STEPS = {
    "issue": "issue each certificate that is due; safe to run again",
    "verify": "report whether a certificate is valid; exit 1 if it is not",
}


class Command(BaseCommand):
    help = "Issue certificates of trainings, and verify them."
    requires_system_checks: list[str] = []  # verify works on a broken installation

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        parsers = {name: steps.add_parser(name, help=text) for name, text in STEPS.items()}
        edition = "the code of a training that has taken place"
        parsers["issue"].add_argument("edition", metavar="EDITION", help=edition)
        parsers["issue"].add_argument("--dry-run", action="store_true")
        file: dict[str, Any] = {"type": Path, "metavar": "FILE"}
        add = parsers["verify"].add_argument
        add("file", help="JSON, PDF or PNG", **file)
        status = "a list of revoked certificates, as published by the issuer"
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
        people = eligibility.list_eligibility(row)
        due = sum(line.is_due for line in people)
        lacks = Counter(chain.from_iterable(line.missing_requirements for line in people))
        for lack, number in sorted(lacks.items()):
            self.stderr.write(f"{number} lack {lack.value}")
        done, audit = 0, AuditContext(at=clock.now(), actor=None, organisation=row.host_id)
        issue_due = certificates.issue_due_certificates
        while not dry_run and (batch := issue_due(row, audit=audit, limit=BATCH_SIZE)):
            done += len(batch)
            self.stderr.write(f"{done}/{due} certificates")
        self.stdout.write(f"would issue {due}" if dry_run else f"issued {done}")

    def verify(self, *, file: Path, status: list[Path], issuer: Path | None, **_: Any) -> None:
        document = files.read_certificate(file)
        lists = [files.read_status_list(path) for path in status]
        if issuer is None:
            keys = published_keys_of_controller(verification.issuer_of(document))
        else:
            keys = issuers.keys_in_document(files.read_issuer_document(issuer))
        is_local, at = is_own_controller, clock.now()
        verdict = verification.verify(document, lists, keys, at=at, is_local_issuer=is_local)
        for line in verdict_lines(verdict):
            self.stdout.write(line)
        if verdict.state is not verification.State.VALID:
            raise CommandError(f"do not rely on this certificate: {verdict.state.value}")


def verdict_lines(verdict: verification.Verdict) -> Iterator[str]:
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
