from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.audit import actions, errors, facts, rules
from protect.kernel import clock
from protect.orgs.actions.alarms import note_whole, raise_alarm
from protect.orgs.alarms import is_answered
from protect.vault.errors import RecordDamaged
from protect.vault.integrity.record_states import damaged_records, organisation_to_alert

FAULTS = {
    "other_state": "not the version that was saved last",
    "saved_twice": "saved with different bytes in one version; it is not known which was meant",
    "missing": "not in the database; the audit has no erasure of it",
    "unknown": "in the database; the audit has no save of it",
}
KEEP = "Change nothing, keep a copy of the database, and tell the data protection officers."


class Command(BaseCommand):
    help = "Check the audit record, note where it ends, or remove what is past its time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        verify = steps.add_parser(
            "verify", help="compute every chain anew, compare every record; exit 1 if one differs"
        )
        verify.add_argument(
            "--heads", type=Path, metavar="FILE", help="compare with heads noted earlier"
        )
        steps.add_parser("heads", help="print where each chain ends, one line of JSON each")
        steps.add_parser("prune", help="remove months past their time; leaves a checkpoint of each")

    def handle(self, *, step: str, heads: Path | None = None, **options: Any) -> None:
        if step == "verify":
            self.verify(read(heads) if heads else [])
        elif step == "heads":
            for head in facts.heads(at=clock.now()):
                self.stdout.write(head.line())
        else:
            self.prune()

    def verify(self, heads: list[rules.Head]) -> None:
        count = broken = 0
        for checked in facts.verify(at=clock.now(), heads=heads, say=self.say):
            self.stdout.write(describe(checked))
            count += 1
            broken += checked.broken is not None
        if not count:
            self.stdout.write("nothing was written yet")
        damaged = self.verify_records()
        if broken or damaged:
            raise CommandError(f"chains broken: {broken}; records damaged: {damaged}. {KEEP}")

    def verify_records(self) -> int:
        """Compare every sealed record with its newest entry; return how many wait for an officer.
        The officers of its organisation are told, once for each fault of a record, and again of one
        that was whole meanwhile."""
        waiting, damaged = 0, set[str]()
        for target, fault in damaged_records():
            damaged.add(target)
            organisation, code = organisation_to_alert(target), RecordDamaged.code
            if organisation is not None:
                raise_alarm(organisation, target, code, fault, at=clock.now())
            is_over = organisation is not None and is_answered(organisation, target, code)
            answered = " (an officer answered its alarm)" if is_over else ""
            self.stdout.write(f"{target}: {FAULTS[fault]}{answered}")
            waiting += not is_over
        note_whole(damaged=damaged, at=clock.now())
        return waiting

    def prune(self) -> None:
        broken = 0
        for pruned in actions.prune(at=clock.now(), say=self.say):
            what = fault(pruned.broken) or f"{pruned.removed} removed"
            self.stdout.write(f"{pruned.chain}: {what}")
            broken += pruned.broken is not None
        if broken:
            raise CommandError(f"chains that are broken, left as they are: {broken}. {KEEP}")

    def say(self, chain: str, entries: int) -> None:
        self.stderr.write(f"{chain}: {entries} entries read")


def read(path: Path) -> list[rules.Head]:
    """Return the heads of a file. Errors: audit_heads_file_missing; HeadsUnreadable."""
    try:
        return rules.read_heads(path.read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        raise errors.AuditRefusal("audit_heads_file_missing") from None


def describe(checked: facts.Checked) -> str:
    if checked.broken:
        return f"{checked.chain}: {fault(checked.broken)}"
    agree = f", earlier heads that agree: {checked.heads}" if checked.heads else ""
    return f"{checked.chain}: whole, {checked.entries} entries, ends at {checked.last_n}{agree}"


def fault(broken: facts.Break | None) -> str:
    return f"broken at entry {broken.n}: {broken.fault.label}" if broken else ""
