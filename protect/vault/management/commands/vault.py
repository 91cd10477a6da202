import os
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from protect.kernel import clock
from protect.vault import enums, errors, expiry, facts
from protect.vault.integrity import heads, key_checks, ledger, ledger_rebuild
from protect.vault.management.commands.audit import read_heads_file
from protect.vault.server_keys import peppers

KEY_HEX_DIGITS = 64  # of a public key
COMMAND_HELP = {
    "state": "print how many teams, keys and people are in which state; no names",
    "lock-idle": "lock idle sessions; delete expired drafts, links and attempts; run each minute",
    "erase-due": "finish interrupted work, erase records past their retention; run each night",
    "sign-heads": "sign the last entry of each audit chain; tell data protection officers by mail",
    "verify-heads": "check the signatures of a heads file; exit 1 if a line is not signed by us",
    "verify-keys": "compare every key with the ledger and its signatures; exit 1 if one differs",
    "rebuild-ledger": "if the ledger is lost: print the keys to compare; write it with --compared",
    "signing-key": "print the public keys that check signatures, the newest first",
    "replay-ledger": "after a restore, delete again the data that the backup brought back",
}
LEDGER_ADVICE = (
    " If this names every key, or every one made since a certain day, the ledger is missing or "
    "old: put its newest copy back; if there is none, follow “A lost ledger” "
    "(docs/operating.md#a-lost-ledger). A single team or person was put there by another person."
)
# What an operator does with the lines that `rebuild-ledger` prints.
COMPARISON_ADVICE = (
    "Nothing was written. Ask each organisation, by phone, whether these are its teams and whether "
    "as many memberships have ended, and compare the words if it has them on paper. If all agree, "
    "run it again with --compared {digest} (docs/operating.md, “A lost ledger”)."
)


class Command(BaseCommand):
    help = "Maintain the vault: work of each minute, of each night, and after a restore."
    requires_system_checks: list[str] = []  # locking and erasing must always run

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        parsers = {name: steps.add_parser(name, help=text) for name, text in COMMAND_HELP.items()}
        parsers["sign-heads"].add_argument(
            "--out", type=Path, metavar="FILE", help="add the lines to FILE instead of printing"
        )
        parsers["rebuild-ledger"].add_argument(
            "--compared", default="", metavar="DIGEST", help="printed with the list"
        )
        for name in ("verify-heads", "replay-ledger"):
            parsers[name].add_argument("file", type=Path, metavar="FILE")
        parsers["verify-heads"].add_argument(
            "--key",
            action="append",
            type=parse_public_key,
            metavar="HEX",
            help="instead of the server's own",
        )

    def handle(self, *, step: str, **options: Any) -> None:
        getattr(self, step.replace("-", "_"))(**options)  # a key of COMMAND_HELP

    def state(self, **options: Any) -> None:
        self.print_counts(facts.count_vault_state(at=clock.now()))
        seeds = peppers.count_badge_keys_by_pepper()
        self.print_counts({f"badge_keys_pepper_{line}": keys for line, keys in seeds.items()})
        users = peppers.count_people_by_pepper()
        self.print_counts({f"pepper_{line}": people for line, people in users.items()})
        signed = facts.heads_signed_at()
        self.stdout.write(f"heads_signed {f'{signed:%Y-%m-%dT%H:%MZ}' if signed else 'never'}")

    def lock_idle(self, **options: Any) -> None:
        """Lock or end idle sessions; delete expired drafts, links and sign-in attempts."""
        self.print_counts(expiry.expire_sessions_and_links(at=clock.now()))

    def erase_due(self, **options: Any) -> None:
        self.print_counts(expiry.run_due_erasures(at=clock.now()))
        not_vacuumed = expiry.vacuum_record_tables()
        if not_vacuumed:
            self.stderr.write(
                f"not cleaned, PostgreSQL does it later: {' '.join(not_vacuumed)}. "
                "Remedy: run deploy/roles.sql again, on PostgreSQL 17 or newer."
            )

    def sign_heads(self, *, out: Path | None, **options: Any) -> None:
        if out is None:
            self.sign_and_write_heads(self.stdout)
            return
        try:
            with out.open("a", encoding="utf-8") as file:
                count = self.sign_and_write_heads(file)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}") from None
        self.stdout.write(f"signed {count}")

    def sign_and_write_heads(self, file: IO[str] | OutputWrapper) -> int:
        signed = heads.sign_heads(at=clock.now())
        file.write("".join(f"{head.to_json()}\n" for head in signed))
        return len(signed)

    def verify_heads(self, *, file: Path, key: list[bytes] | None, **options: Any) -> None:
        """Check the signatures of a file of heads, not whether the chains match them."""
        publics = key or heads.public_keys()
        lines = read_heads_file(file)
        unsigned_heads = [head for head in lines if not heads.is_signed(head, publics)]
        for head in unsigned_heads:
            self.stdout.write(f"{head.chain} {head.n} {head.at}: not signed with these keys")
        self.stdout.write(f"heads {len(lines)}, signed {len(lines) - len(unsigned_heads)}")
        if unsigned_heads:
            raise CommandError(f"heads that are not to be relied on: {len(unsigned_heads)}")

    def verify_keys(self, **options: Any) -> None:
        faults = list(key_checks.find_faults())
        for kind, pk, fault, owner in faults:
            self.stdout.write(f"{kind} {pk}: {fault} ({owner})")
        if faults:
            is_only_ledger = all(fault.fault == key_checks.NOT_IN_LEDGER for fault in faults)
            raise CommandError(
                f"keys that differ: {len(faults)}. Change nothing, keep a copy of the database and "
                "of the ledger, tell the data protection officers of these organisations, and "
                "follow “A key mismatch” (docs/operating.md#a-key-mismatch)."
                + (LEDGER_ADVICE if is_only_ledger else "")
            )
        self.stdout.write("no key differs from the ledger or from its signatures")

    def rebuild_ledger(self, *, compared: str, **options: Any) -> None:
        """Print the rows that the ledger lacks; append them if `compared` is their digest."""
        ledger_rebuild.must_be_consistent(at=clock.now())
        unknown = ledger_rebuild.find_unregistered_rows()
        self.print_unknown(unknown)
        advice = COMPARISON_ADVICE.format(digest=unknown.digest())
        if not compared:
            self.stdout.write(advice)
        elif compared != unknown.digest():
            raise CommandError(f"This is not what was printed before. {advice}")
        else:
            ledger_rebuild.rebuild_ledger(unknown, at=clock.now())
            self.stdout.write(f"written {len(unknown.keys)}")

    def print_unknown(self, unknown: ledger_rebuild.UnregisteredRows) -> None:
        """Print the rows to compare. Names come last: a name could look like the words of a key."""
        team_keys = [key for key in unknown.keys if key.owner is enums.Owner.TEAM]
        for key in team_keys:
            self.stdout.write(f"{key.words}: version {key.version}, {key.name}")
        retired = [row for row in unknown.retired if row.owner is enums.Owner.TEAM]
        for row in retired:
            self.stdout.write(f"retired up to version {row.version}: {row.name}")
        ended = Counter(map(key_checks.membership_location, unknown.ended))
        for name, memberships in sorted(ended.items()):
            self.stdout.write(f"memberships that have ended, {memberships}: {name}")
        self.stdout.write(f"retired keys of people: {len(unknown.retired) - len(retired)}")
        others = len(unknown.keys) - len(team_keys)
        self.stdout.write(f"keys of people and officers that the ledger does not know: {others}")

    def signing_key(self, **options: Any) -> None:
        """Print the public keys that verify signed heads, newest first."""
        for public in heads.public_keys():
            self.stdout.write(public.hex())

    def replay_ledger(self, *, file: Path, **options: Any) -> None:
        if not file.is_file():
            raise errors.VaultRefusal("ledger_missing")
        lines, unreadable = list(ledger.read_lines(file)), ledger.unreadable_line_numbers(file)
        deleted_again = expiry.replay_after_restore(lines, at=clock.now())
        self.print_counts({"lines": len(lines), "gone_again": deleted_again})
        if unreadable:
            numbers = ", ".join(map(str, unreadable))
            raise CommandError(f"lines that cannot be read: {numbers}. Compare with another copy.")

    def print_counts(self, counts: dict[str, int]) -> None:
        for code, number in counts.items():
            self.stdout.write(f"{code} {number}")


def parse_public_key(text: str) -> bytes:
    """Parse a public key as `signing-key` prints it. Errors: ValueError, which argparse reports."""
    if len(text) != KEY_HEX_DIGITS:
        raise ValueError
    return bytes.fromhex(text)
