"""The steps of tools/restore_drill, which starts PostgreSQL for them: each is proved and timed."""

import base64
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BIN, FOLDER, PORT = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
ROOT = Path(__file__).resolve().parent.parent
PROTECT = ROOT / ".venv/bin/protect"
OWNER, APP, BACKUP = "protect_owner", "protect_app", "protect_backup"
WORK, RESTORED = "protect", "protect_restored"  # databases
LEDGER = FOLDER / "ledger.jsonl"
SENTENCE = "Demo sentence that nobody may find: the blue door behind the orchard"


class Failed(Exception):
    """A claim of the drill does not hold."""


def must(is_so: object, otherwise: str) -> None:
    if not is_so:
        raise Failed(otherwise)


@contextmanager
def step(claim: str) -> Iterator[list[str]]:
    """Print whether a claim holds and how long it took. The first failed claim ends the drill."""
    started, details = time.monotonic(), [claim]
    try:
        yield details
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the claim does not hold
        print(f"FAILED {claim}: {type(error).__name__}: {error}", flush=True)
        raise SystemExit(1) from None
    print(f"ok {', '.join(details)} ({time.monotonic() - started:.1f} s)", flush=True)


def main() -> None:
    with step("PostgreSQL stands, with the roles of the owner, the application and the backup"):
        give_settings()
        make_roles()
    with step("the owner migrates, the application gets what deploy/roles.sql grants"):
        make_database(WORK)
        protect("migrate", "--verbosity", "0", database=WORK, role=OWNER)
        grant(WORK)

    import django

    django.setup()
    from tools import restore_drill_world as drill

    with step("an organisation, its officers, a team of two and two sealed notes are made"):
        world = drill.build(SENTENCE)
        must(drill.read(world, world.kept) == f"{SENTENCE} 1", "the note does not open")
    back_up_and_lose(drill, world)
    restore_and_replay(drill, world)


def back_up_and_lose(drill: Any, world: Any) -> None:
    with step("without a team the application sees no record"):
        must(count(WORK, "vault_record") == 0, "rows are seen")
        must(len(drill.notes()) == 2, "nobody sees the rows")
    with step("the heads of the audit are signed"):
        protect("vault", "sign-heads", "--out", FOLDER / "heads", database=WORK)
        protect("vault", "verify-heads", FOLDER / "heads", database=WORK)
    with step("a backup is made") as details:
        dump = FOLDER / "protect.dump"
        run(BIN / "pg_dump", *DUMP, f"--file={dump}", url(BACKUP, WORK))
        details.append(f"{dump.stat().st_size:,} bytes")
        plain = run(BIN / "pg_restore", "--file=-", dump).encode()
        encrypt(dump, details)
    with step("the planted sentence is nowhere in the backup, where other texts are found"):
        must_not_contain_sentence(
            plain, [drill.TEAM.encode(), drill.public_key(world).hex().encode()]
        )
    with step("nor in the files, the journal or the log of PostgreSQL"):
        sql("CHECKPOINT")
        files = [each for each in FOLDER.glob("data/**/*") if each.is_file()]
        must_not_contain_sentence(
            b"\0".join(file.read_bytes() for file in [*files, FOLDER / "log"]),
            [drill.TEAM.encode(), drill.public_key(world)],
        )
    with step("a note is erased, a member is let go, and the ledger tells it"):
        drill.erase(world)
        drill.end_membership(world)
        must(drill.notes() == {world.kept}, "the note is still there")
        must(drill.key_holders(world) == {world.stays.user}, "the grants are still there")
        lines = map(json.loads, LEDGER.read_text().splitlines())
        gone = [line for line in lines if line["what"] in {"record", "membership"}]
        must(len(gone) == 2, "the ledger lacks a line")
    with step("the heads are signed once more"):
        protect("vault", "sign-heads", "--out", FOLDER / "later", database=WORK)


def restore_and_replay(drill: Any, world: Any) -> None:
    with step("the backup is restored into a new database"):
        make_database(RESTORED)
        decrypt(FOLDER / "protect.dump")
        options = ("--no-owner", "--exit-on-error", f"--dbname={url(OWNER, RESTORED)}")
        run(BIN / "pg_restore", *options, FOLDER / "protect.dump")
        grant(RESTORED)
        drill.switch_database(RESTORED)
    with step("it brings back the note and the grants: so the ledger is needed"):
        must(drill.notes() == {world.kept, world.erased}, "the backup lacks a note")
        must(drill.key_holders(world) == {world.stays.user, world.leaves.user}, "it lacks a grant")
    with step("nobody is signed in any more"):
        must(count(WORK, "vault_unlocksession") > 0, "nobody was signed in before")
        must(count(RESTORED, "vault_unlocksession") == 0, "an open session was in the backup")
    with step("the ledger is replayed"):
        output = protect("vault", "replay-ledger", LEDGER, database=RESTORED)
        must(output.endswith("gone_again 2\n"), output)
    with step("the erased note stays gone"):
        must(drill.notes() == {world.kept}, "the note is back")
    with step("the grants of the one who left are gone"):
        must(drill.key_holders(world) == {world.stays.user}, "the grants are back")
    with step("the kept note opens for the one who stayed, after signing in anew"):
        drill.sign_in(world.stays, 39)
        must(drill.read(world, world.kept) == f"{SENTENCE} 1", "it says something else")
    with step("the team's key is renewed, and only the one who stayed holds it"):
        must(drill.renew_key(world) == {world.stays.user}, "somebody else holds it")
        must(drill.read(world, world.kept) == f"{SENTENCE} 1", "the note does not open")
    with step("the audit verifies with the heads that were signed before the backup"):
        protect("vault", "verify-heads", FOLDER / "heads", database=RESTORED)
        output = protect("audit", "verify", "--heads", FOLDER / "heads", database=RESTORED)
        must(output.count("earlier heads that agree: 1") == 3, output)
    with step("heads that were signed after the backup show which days are lost"):
        output = protect("audit", "verify", "--heads", FOLDER / "later", database=RESTORED, fails=1)
        must("noted earlier as the last one" in output, output)


DUMP = ("--format=custom", "--no-unlogged-table-data")


def encrypt(dump: Path, details: list[str]) -> None:
    """Encrypt the dump with age, to a key that would not be on the server."""
    if shutil.which("age") is None:
        details.append("not encrypted: age is not installed")
        return
    key = FOLDER / "keys/age"
    run("age-keygen", "-o", key)
    run("age", "-r", run("age-keygen", "-y", key).strip(), "-o", f"{dump}.age", dump)
    dump.unlink()
    details.append("encrypted with age")


def decrypt(dump: Path) -> None:
    if not dump.exists():
        run("age", "-d", "-i", FOLDER / "keys/age", "-o", dump, f"{dump}.age")


def must_not_contain_sentence(content: bytes, others: list[bytes]) -> None:
    """Check that the sentence is absent in four encodings, and that `others` are present."""
    must(all(other in content for other in others), "the search finds nothing at all")
    secret = SENTENCE.encode()
    shifted = (base64.b64encode(b"x" * shift + secret)[4:-4] for shift in range(3))
    for form in (secret, secret.hex().encode(), secret.decode().encode("utf-16-le"), *shifted):
        must(form not in content, "the sentence stands there in clear")


def give_settings() -> None:
    """Create keys and a ledger for the drill, outside the database."""
    keys = FOLDER / "keys"
    keys.mkdir(mode=0o700)
    for name in ("pepper", "sign", "match"):
        (keys / name).write_text(secrets.token_hex(32))
        os.environ[f"PROTECT_{name.upper()}_FILE"] = str(keys / name)
    os.environ["PROTECT_SECRET_KEY"] = secrets.token_urlsafe(48)
    os.environ["PROTECT_LEDGER"] = str(LEDGER)
    os.environ["PROTECT_DATABASE_URL"] = url(APP, WORK)
    os.environ["DJANGO_SETTINGS_MODULE"] = "protect.site.settings"


def make_roles() -> None:
    sql(f"CREATE ROLE {OWNER} LOGIN")
    sql(f"CREATE ROLE {APP} LOGIN")
    sql(f"CREATE ROLE {BACKUP} LOGIN BYPASSRLS IN ROLE pg_read_all_data")


def make_database(name: str) -> None:
    sql(f"CREATE DATABASE {name} OWNER {OWNER}")


def grant(database: str) -> None:
    options = ("-v", f"app={APP}", "-v", "ON_ERROR_STOP=1", "-f", ROOT / "deploy/roles.sql")
    run(BIN / "psql", "-Xq", *options, url(OWNER, database))


def count(database: str, table: str) -> int:
    """Return how many rows of a table the application sees without a team."""
    return int(sql(f"SELECT count(*) FROM {table}", role=APP, database=database))


def url(role: str, database: str) -> str:
    return f"postgresql://{role}@127.0.0.1:{PORT}/{database}"


def sql(statement: str, *, role: str = "drill", database: str = "postgres") -> str:
    return run(BIN / "psql", "-XAtqc", statement, url(role, database)).strip()


def protect(*arguments: str | Path, database: str, role: str = APP, fails: int = 0) -> str:
    return run(PROTECT, *arguments, fails=fails, PROTECT_DATABASE_URL=url(role, database))


def run(*command: str | Path, fails: int = 0, **environ: str) -> str:
    """Run a program and return what it printed. Errors: Failed, when it ends otherwise."""
    process = subprocess.run(
        [*map(str, command)],
        env={**os.environ, **environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    name = Path(command[0]).name
    must(
        process.returncode == fails,
        f"{name} ended with {process.returncode}: {process.stderr or process.stdout}",
    )
    return process.stdout


if __name__ == "__main__":
    main()
