from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.audit import actions, errors, facts, rules
from protect.kernel import clock
from protect.orgs.actions.alarms import raise_new_alarm, record_repairs
from protect.orgs.alarms import is_alarm_answered
from protect.vault.errors import RecordDamaged
from protect.vault.integrity.record_states import find_damaged_records, organisation_to_alert

RECORD_FAULT_TEXTS = {
    "other_state": "not the version that was saved last",
    "saved_twice": "saved with different bytes in one version; it is not known which was meant",
    "missing": "not in the database; the audit has no erasure of it",
    "unknown": "in the database; the audit has no save of it",
}
ADVICE = "Change nothing, keep a copy of the database, and tell the data protection officers."


class Command(BaseCommand):
    help = "Verify the audit chains, print their newest entries, or delete expired months."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_step = parser.add_subparsers(dest="step", required=True).add_parser
        verify = add_step(
            "verify", help="recompute every chain, compare every record; exit 1 if one differs"
        )
        verify.add_argument(
            "--heads", type=Path, metavar="FILE", help="compare with heads saved earlier"
        )
        add_step("heads", help="print the newest entry of each chain, one line of JSON each")
        add_step("prune", help="delete months past their retention; a checkpoint of each remains")

    def handle(self, *, step: str, heads: Path | None = None, **options: Any) -> None:
        if step == "verify":
            self.verify_everything(read_heads_file(heads) if heads else [])
        elif step == "heads":
            for head in facts.current_heads(at=clock.now()):
                self.stdout.write(head.to_json())
        else:
            self.prune()

    def verify_everything(self, heads: list[rules.Head]) -> None:
        count = broken = 0
        report = self.report_progress
        for check in facts.verify_chains(at=clock.now(), heads=heads, report_progress=report):
            self.stdout.write(describe_check(check))
            count += 1
            broken += check.broken is not None
        if not count:
            self.stdout.write("nothing was written yet")
        damaged = self.verify_records()
        if broken or damaged:
            raise CommandError(f"chains broken: {broken}; records damaged: {damaged}. {ADVICE}")

    def verify_records(self) -> int:
        """Compare every sealed record with its newest audit entry; return how many are
        damaged without an answered alarm. Data protection officers of the record's organisation
        are alarmed once for each fault, and again if the record was intact in between."""
        unanswered, damaged = 0, set[str]()
        for target, fault in find_damaged_records():
            damaged.add(target)
            organisation, code = organisation_to_alert(target), RecordDamaged.code
            if organisation is not None:
                raise_new_alarm(organisation, target, code, fault, at=clock.now())
            is_answered = organisation is not None and is_alarm_answered(organisation, target, code)
            suffix = " (an officer answered its alarm)" if is_answered else ""
            self.stdout.write(f"{target}: {RECORD_FAULT_TEXTS[fault]}{suffix}")
            unanswered += not is_answered
        record_repairs(damaged=damaged, at=clock.now())
        return unanswered

    def prune(self) -> None:
        broken = 0
        for result in actions.prune(at=clock.now(), report=self.report_progress):
            outcome = describe_break_if_any(result.broken) or f"{result.removed} removed"
            self.stdout.write(f"{result.chain}: {outcome}")
            broken += result.broken is not None
        if broken:
            raise CommandError(f"chains that are broken, left as they are: {broken}. {ADVICE}")

    def report_progress(self, chain: str, entries: int) -> None:
        self.stderr.write(f"{chain}: {entries} entries read")


def read_heads_file(path: Path) -> list[rules.Head]:
    """Return the chain heads in a file. Errors: audit_heads_file_missing; HeadsUnreadable."""
    try:
        return rules.parse_heads(path.read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        raise errors.AuditRefusal("audit_heads_file_missing") from None


def describe_check(check: facts.ChainCheck) -> str:
    if check.broken:
        return f"{check.chain}: {describe_break_if_any(check.broken)}"
    matching_heads = f", earlier heads that agree: {check.heads}" if check.heads else ""
    return f"{check.chain}: whole, {check.entries} entries, ends at {check.last_n}{matching_heads}"


def describe_break_if_any(broken: facts.ChainBreak | None) -> str:
    return f"broken at entry {broken.n}: {broken.fault.label}" if broken else ""
