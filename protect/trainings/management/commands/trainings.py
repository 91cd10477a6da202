from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.audit.context import AuditContext
from protect.kernel import clock
from protect.orgs.enums import OrganisationState
from protect.orgs.models import Organisation
from protect.trainings import certified
from protect.trainings.actions import certifying, curriculum, versions
from protect.trainings.badges import issuers, reading, verify
from protect.trainings.badges.verdicts import State
from protect.trainings.badges.verifying import Told, Verdict, issuer_of
from protect.trainings.management import attendance_commands
from protect.trainings.models import Course, Edition, Module
from protect.vault.badges import is_name_here, keys_under

STEP = 50  # certificates in one transaction
STEPS = {
    "export-attendance": "write who was there, and how long, as a CSV or XLSX table",
    "import-attendance": "note who was there from a table with the same columns",
    "hand-over": "give a module or course to another organisation, as when its owner leaves",
    "issue-certificates": "give everybody a certificate to whom one is due; safe to run again",
    "load-curriculum": "publish the modules and courses of the data files for an organisation",
    "verify-certificate": "say whether a certificate counts; exit 1 unless it does",
}


class Command(BaseCommand):
    help = "Keep trainings and their certificates."
    requires_system_checks: list[str] = []  # a certificate is checked, whatever else is wrong

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        made = {name: steps.add_parser(name, help=text) for name, text in STEPS.items()}
        made["load-curriculum"].add_argument(
            "--owner", required=True, metavar="NAME", help="the organisation that owns them"
        )
        attendance_commands.add_arguments(made)
        made["hand-over"].add_argument("code", metavar="CODE", help="of a module or course")
        made["hand-over"].add_argument(
            "--to", required=True, metavar="NAME", help="the organisation that owns it from now on"
        )
        made["issue-certificates"].add_argument(
            "edition", metavar="EDITION", help="the code of a training that has taken place"
        )
        made["issue-certificates"].add_argument("--dry-run", action="store_true")
        verifying = made["verify-certificate"]
        verifying.add_argument("file", type=Path, metavar="FILE", help="JSON, PDF or PNG")
        verifying.add_argument(
            "--status",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="a list of what was revoked or replaced, as its issuer publishes it",
        )
        verifying.add_argument(
            "--issuer",
            type=Path,
            metavar="FILE",
            help="the issuer's did.json, instead of the keys of this installation",
        )

    def handle(self, *, step: str, **options: Any) -> None:
        steps: dict[str, Callable[..., None]] = {
            "export-attendance": self.export_attendance,
            "import-attendance": self.import_attendance,
            "hand-over": self.hand_over,
            "issue-certificates": self.issue_certificates,
            "load-curriculum": self.load_curriculum,
            "verify-certificate": self.verify_certificate,
        }
        steps[step](**options)

    def export_attendance(self, **options: Any) -> None:
        self.stdout.write(attendance_commands.export(**options))

    def import_attendance(self, **options: Any) -> None:
        for line in attendance_commands.bring_in(**options):
            self.stdout.write(line)

    def issue_certificates(self, *, edition: str, dry_run: bool, **options: Any) -> None:
        found = Edition.objects.select_related("course_version").filter(code=edition).first()
        if found is None:
            raise CommandError(f"no training has the code “{edition}”: see its page")
        people = certified.lines_of(found)
        due = sum(each.is_due for each in people)
        for lack, number in sorted(Counter(lack for each in people for lack in each.lacks).items()):
            self.stderr.write(f"{number} lack {lack.value}")
        done, audit = 0, AuditContext(at=clock.now(), actor=None, organisation=found.host_id)
        while not dry_run and (made := certifying.issue_due(found, audit=audit, limit=STEP)):
            done += len(made)
            self.stderr.write(f"{done}/{due} certificates")
        self.stdout.write(f"would issue {due}" if dry_run else f"issued {done}")

    def load_curriculum(self, *, owner: str, **options: Any) -> None:
        for line in curriculum.load(organisation(owner), at=clock.now()):
            self.stdout.write(line)

    def hand_over(self, *, code: str, to: str, **options: Any) -> None:
        owner = organisation(to)
        kinds: tuple[type[Module | Course], ...] = (Module, Course)
        found = [kind._default_manager.filter(code=code).first() for kind in kinds]
        things = [each for each in found if each is not None]
        if not things:
            raise CommandError(f"no module or course has the code “{code}”: see its page")
        for each in things:
            versions.hand_over(
                each, owner, audit=AuditContext(at=clock.now(), actor=None, organisation=owner.pk)
            )
            self.stdout.write(f"{each._meta.model_name} {code}: now of {owner.name}")

    def verify_certificate(
        self, *, file: Path, status: list[Path], issuer: Path | None, **options: Any
    ) -> None:
        document = reading.certificate_in(file)
        lists = [reading.status_list_in(each) for each in status]
        if issuer is None:
            keys = keys_under(issuer_of(document))
        else:
            keys = issuers.keys_in(reading.issuer_in(issuer))
        verdict = verify(document, lists, keys, at=clock.now(), is_here=is_name_here)
        for line in lines(verdict):
            self.stdout.write(line)
        if verdict.state is not State.VALID:
            raise CommandError(f"do not rely on this certificate: {verdict.state.value}")


def lines(verdict: Verdict) -> Iterator[str]:
    """Yield the result, each reason, and what a certificate with a good proof says of itself."""
    yield f"result {verdict.state.value}"
    for reason in verdict.reasons:
        yield f"reason {reason.value}: {reason.label}"
    if verdict.told is not None:
        yield from _told(verdict.told)
    if verdict.foreign is not None:
        yield f"issuer {verdict.foreign.name} {verdict.foreign.id} (not this platform)"


def _told(told: Told) -> Iterator[str]:
    yield f"course {told.title}"
    yield f"minutes {told.minutes}"
    yield f"date {told.day}"
    yield f"issuer {told.issuer} {told.controller}"
    yield f"name {told.name or '(not shown)'}"
    yield f"certificate {told.id}"
    yield f"issued {told.issued:%Y-%m-%dT%H:%M:%SZ}"
    yield f"signed {told.signed:%Y-%m-%dT%H:%M:%SZ} {told.key}"


def organisation(name: str) -> Organisation:
    """Return an active organisation by its name. Errors: CommandError."""
    rows = Organisation.objects.filter(name=name, state=OrganisationState.ACTIVE)
    found: Organisation | None = rows.order_by("created", "pk").first()
    if found is None:
        raise CommandError(f"no active organisation is called “{name}”: see its page")
    return found
