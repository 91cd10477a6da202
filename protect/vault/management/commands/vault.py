import os
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from protect.kernel import clock
from protect.vault import enums, expiry, facts
from protect.vault.errors import VaultRefusal
from protect.vault.integrity import heads, key_checks, ledger
from protect.vault.integrity.ledger_rebuild import (
    Unknown,
    must_be_whole,
    rebuild_ledger,
    unknown_rows,
)
from protect.vault.management.commands.audit import read
from protect.vault.server_keys import peppers

KEY_DIGITS = 64
STEPS = {
    "state": "print where teams, keys and people stand: codes and numbers only",
    "lock-idle": "lock idle sessions; forget drafts, links and failed attempts; each minute",
    "erase-due": "finish what was interrupted, erase what has outlived its month; each night",
    "sign-heads": "sign the ends of the audit's chains and tell the data protection officers",
    "verify-heads": "check who signed the lines of a heads file; exit 1 if a line is not ours",
    "verify-keys": "compare every key with the ledger and its signatures; exit 1 if one differs",
    "rebuild-ledger": "where it was lost: print teams and the words of their keys; write them down",
    "signing-key": "print what signatures are checked with, the newest first",
    "replay-ledger": "after a restore, delete again what the backup brought back",
}
LEDGER_HINT = (
    " If this names every key, or every one made since a certain day, the ledger is missing or "
    "old: put its newest copy back; if there is none, follow “A lost ledger” "
    "(docs/operating.md#a-lost-ledger). A single team or person was put there by another person."
)
# What an operator does with the lines that `rebuild-ledger` prints.
COMPARE = (
    "Nothing was written. Ask each organisation, by phone, whether these are its teams, whether as "
    "many places have ended, and compare the words where it has them on paper. If all agree, run "
    "it again with --compared {digest} (docs/operating.md, “A lost ledger”)."
)


class Command(BaseCommand):
    help = "Keep the vault: what must be done each minute, each night, and after a restore."
    requires_system_checks: list[str] = []  # sessions lock and files go, whatever else is wrong

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        parsers = {name: steps.add_parser(name, help=text) for name, text in STEPS.items()}
        parsers["sign-heads"].add_argument(
            "--out", type=Path, metavar="FILE", help="add the lines to FILE instead of printing"
        )
        parsers["rebuild-ledger"].add_argument(
            "--compared", default="", metavar="DIGEST", help="of what was compared"
        )
        for name in ("verify-heads", "replay-ledger"):
            parsers[name].add_argument("file", type=Path, metavar="FILE")
        parsers["verify-heads"].add_argument(
            "--key", action="append", type=key, metavar="HEX", help="instead of the server's own"
        )

    def handle(self, *, step: str, **options: Any) -> None:
        getattr(self, step.replace("-", "_"))(**options)  # a key of STEPS

    def state(self, **options: Any) -> None:
        self.count(facts.state(at=clock.now()))
        seeds = peppers.seeds_in_use()
        self.count({f"badge_keys_pepper_{line}": keys for line, keys in seeds.items()})
        self.count({f"pepper_{line}": people for line, people in peppers.in_use().items()})
        signed = facts.signed_at()
        self.stdout.write(f"heads_signed {f'{signed:%Y-%m-%dT%H:%MZ}' if signed else 'never'}")

    def lock_idle(self, **options: Any) -> None:
        self.count(expiry.forget_idle(at=clock.now()))

    def erase_due(self, **options: Any) -> None:
        self.count(expiry.erase_due(at=clock.now()))
        left = expiry.vacuum()
        if left:
            self.stderr.write(
                f"not cleaned, PostgreSQL does it later: {' '.join(left)}. "
                "Remedy: run deploy/roles.sql again, on PostgreSQL 17 or newer."
            )

    def sign_heads(self, *, out: Path | None, **options: Any) -> None:
        if out is None:
            self.sign_into(self.stdout)
            return
        try:
            with out.open("a", encoding="utf-8") as file:
                count = self.sign_into(file)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}") from None
        self.stdout.write(f"signed {count}")

    def sign_into(self, file: IO[str] | OutputWrapper) -> int:
        signed = heads.sign_heads(at=clock.now())
        file.write("".join(f"{head.line()}\n" for head in signed))
        return len(signed)

    def verify_heads(self, *, file: Path, key: list[bytes] | None, **options: Any) -> None:
        publics = key or heads.public_keys()
        lines = read(file)
        bad = [head for head in lines if not heads.is_signed(head, publics)]
        for head in bad:
            self.stdout.write(f"{head.chain} {head.n} {head.at}: not signed with these keys")
        self.stdout.write(f"heads {len(lines)}, signed {len(lines) - len(bad)}")
        if bad:
            raise CommandError(f"heads that are not to be relied on: {len(bad)}")

    def verify_keys(self, **options: Any) -> None:
        faults = list(key_checks.key_faults())
        for kind, pk, fault, owner in faults:
            self.stdout.write(f"{kind} {pk}: {fault} ({owner})")
        if faults:
            is_only_ledger = all(fault.fault == key_checks.NOT_IN_LEDGER for fault in faults)
            raise CommandError(
                f"keys that differ: {len(faults)}. Change nothing, keep a copy of the database and "
                "of the ledger, tell the data protection officers of these organisations, and "
                "follow “A key mismatch” (docs/operating.md#a-key-mismatch)."
                + (LEDGER_HINT if is_only_ledger else "")
            )
        self.stdout.write("no key differs from the ledger or from its signatures")

    def rebuild_ledger(self, *, compared: str, **options: Any) -> None:
        must_be_whole(at=clock.now())
        unknown = unknown_rows()
        self.print_unknown(unknown)
        todo = COMPARE.format(digest=unknown.digest())
        if not compared:
            self.stdout.write(todo)
        elif compared != unknown.digest():
            raise CommandError(f"This is not what was printed before. {todo}")
        else:
            rebuild_ledger(unknown, at=clock.now())
            self.stdout.write(f"written {len(unknown.keys)}")

    def print_unknown(self, unknown: Unknown) -> None:
        """Print what is compared. Names come last: a name could look like the words of a key."""
        of_teams = [key for key in unknown.keys if key.owner is enums.Owner.TEAM]
        for key in of_teams:
            self.stdout.write(f"{key.words}: version {key.version}, {key.name}")
        retired = [row for row in unknown.retired if row.owner is enums.Owner.TEAM]
        for row in retired:
            self.stdout.write(f"retired up to version {row.version}: {row.name}")
        ended = Counter(key_checks.place_name(place) for place in unknown.ended)
        for name, places in sorted(ended.items()):
            self.stdout.write(f"places that have ended, {places}: {name}")
        self.stdout.write(f"retired keys of people: {len(unknown.retired) - len(retired)}")
        others = len(unknown.keys) - len(of_teams)
        self.stdout.write(f"keys of people and officers that the ledger does not know: {others}")

    def signing_key(self, **options: Any) -> None:
        for public in heads.public_keys():
            self.stdout.write(public.hex())

    def replay_ledger(self, *, file: Path, **options: Any) -> None:
        if not file.is_file():
            raise VaultRefusal("ledger_missing")
        lines, bad = list(ledger.lines(file)), ledger.unreadable(file)
        gone = expiry.replay_restored(lines, at=clock.now())
        self.count({"lines": len(lines), "gone_again": gone})
        if bad:
            numbers = ", ".join(map(str, bad))
            raise CommandError(f"lines that cannot be read: {numbers}. Compare with another copy.")

    def count(self, counts: dict[str, int]) -> None:
        for code, number in counts.items():
            self.stdout.write(f"{code} {number}")


def key(text: str) -> bytes:
    """Return a public key as `signing-key` prints it. Errors: ValueError, told by the parser."""
    if len(text) != KEY_DIGITS:
        raise ValueError
    return bytes.fromhex(text)
