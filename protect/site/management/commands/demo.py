import base64
import os
import sqlite3
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from textwrap import wrap
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from protect.demo import (
    adaptations,
    campaigns,
    coordination,
    coordination_links,
    enquiries,
    keys,
    mappings,
    pathways,
    rights,
    services,
    trainings,
)
from protect.demo.consortium import DemoOrganisation, DemoPerson, build_organisations, consortium
from protect.findhelp.answers.service_texts import STARTER_FILE
from protect.kernel import clock
from protect.orgs import actions as orgs, enums, rules
from protect.site.errors import SiteRefusal
from protect.site.server.run import LOOPBACK_ADDRESS, serve

WELCOME_TEXT = """
  Find help      http://127.0.0.1:{port}/
                 no cookies, no script needed; try “Close”, then your browser's Back button
  One question   .venv/bin/protect match --need legal --place "Liège" --country BE --language ar
  The same       curl -s http://127.0.0.1:{port}/match -H 'Content-Type: application/json' \\
                      -d '{{"needs": ["legal"], "place": {{"country": "BE", "name": "Liège"}}}}'

  The programme  http://programme.localhost:{port}/
                 its own site; what is sent there arrives at the desk under “Enquiries”

  The desk       {desk}/
                 sign in as a person of the demo; all share one passphrase and one code
    passphrase   {passphrase}
    code         .venv/bin/protect demo-code (works once for each person: then wait for the next)
                 or an authenticator app with the secret {secret}

{people}

    A recovery code replaces a forgotten passphrase. That of {forgetful}:
    {recovery}

  Every person and organisation at the desk is invented. Do not enter data about real people.
  Numbers are real but were never called: the demo shows them as “not checked yet”.
  Stop with Ctrl+C.
"""
SHOWN_PERSON_CODES = (  # accounts that the welcome text lists
    *("dana", "ines", "amal", "noor", "jonas", "olga", "runa", "sefa", "milo"),
    *("bela", "jana", "gaspar", "hedda", "ludmil", "neza"),
)
ROLE_NAMES = {  # in the welcome text; all other roles appear as their code
    "organisation_admin": "administrator",
    "caseworker": "case worker",
    "protection_officer": "data protection officer",
}
RECOVERY_EXAMPLE_EMAIL = f"amal@{rules.DEMO_DOMAIN}"
STEPS = (
    build_organisations,
    keys.build_keys,
    services.build_services,
    trainings.build_trainings,
    rights.release_rights_pages,
    rights.record_readers,
    enquiries.build_enquiries,
    campaigns.build_campaigns,
    coordination.build_groups,
    adaptations.build_checks,
    pathways.build_pathways,
    mappings.build_mappings,
    coordination_links.build_links,
)


class Command(BaseCommand):
    help = "Build the demo's database where it is missing or old, and serve it."
    requires_system_checks: list[str] = []  # the checks open the database, which is built first

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--build-only", action="store_true")

    def handle(self, *, port: int, build_only: bool, **options: Any) -> None:
        """Compile the translations, build and check the demo; unless `build_only`, serve it."""
        if not settings.IS_DEMO:
            raise SiteRefusal("not_the_demo")
        call_command("messages", "compile", verbosity=0)
        set_demo_urls(port)  # so that links in mail lead to this demo
        if not build_only:
            build_in_own_process(port)
            self.stdout.write(format_welcome(port))
            self.stdout.flush()
            serve(port=port)
            return
        self.prepare()
        self.check()

    def prepare(self) -> None:
        """Update the demo's database; a missing one is built under another name, then renamed."""
        name = connection.settings_dict["NAME"]
        if connection.vendor != "sqlite" or has_tables(name):
            orgs.must_allow_demo_data()
            self.fill()
            return
        final, building = Path(name), Path(f"{name}.building")
        final.parent.mkdir(parents=True, exist_ok=True)
        for leftover in final.parent.glob(f"{building.name}*"):  # files of an interrupted run
            leftover.unlink()
        connection.settings_dict["NAME"] = str(building)
        try:
            self.fill()
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name
        for journal in ("-wal", "-shm"):  # journals of an earlier database, not of the new one
            final.with_name(f"{final.name}{journal}").unlink(missing_ok=True)
        building.rename(final)

    def fill(self) -> None:
        """Migrate the database, load data and the starter directory, then run STEPS."""
        for name, *args in (("migrate",), ("load_data",), ("import_services", str(STARTER_FILE))):
            self.stderr.write(f"{name.replace('_', ' ')} …")
            call_command(name, *args, verbosity=0, stdout=self.stderr)
        for build in STEPS:
            self.stderr.write(f"{build.__name__.replace('_', ' ')} …")
            counts = (f"{count} {table}" for table, count in build(at=clock.now()).items())
            self.stderr.write(f"made {', '.join(counts)}")


def build_in_own_process(port: int) -> None:
    """Build and check the demo in a process of its own. The server forks its workers, and threads
    of libraries that a build starts, such as those of the press, do not survive that: the first
    request that needed one would wait for ever, with the database locked. Errors: SystemExit with
    the exit code of a build that failed; it has said why."""
    start = "from protect.site.cli import main; main()"
    arguments = ("demo", "--build-only", "--port", str(port))
    process = subprocess.run([sys.executable, "-c", start, *arguments], check=False)  # noqa: S603
    if process.returncode:
        sys.exit(process.returncode)


def set_demo_urls(port: int) -> None:
    """Set the URLs of this demo, also for worker processes, unless the operator has set them."""
    for name, host in (("PUBLIC_URL", LOOPBACK_ADDRESS), ("STAFF_URL", "localhost")):
        if not os.environ.get(f"PROTECT_{name}"):
            os.environ[f"PROTECT_{name}"] = f"http://{host}:{port}"
            setattr(settings, name, os.environ[f"PROTECT_{name}"])


def format_welcome(port: int) -> str:
    return WELCOME_TEXT.format(
        port=port,
        desk=settings.STAFF_URL,
        passphrase=keys.PASSPHRASE,
        secret=" ".join(wrap(base64.b32encode(keys.TOTP_SEED).decode(), 4)),
        people="\n".join(describe_people()),
        forgetful=RECOVERY_EXAMPLE_EMAIL,
        recovery=keys.demo_recovery_code(RECOVERY_EXAMPLE_EMAIL).printed(),
    )


def describe_people() -> Iterator[str]:
    """Yield a line with address, roles and organisation for each demo account that is shown."""
    plans = consortium().values()
    by_code = {person.code: (person, plan) for plan in plans for person in plan.people}
    for code in SHOWN_PERSON_CODES:
        person, plan = by_code[code]
        role_codes = [role.partition("@")[0] for role in person.roles]
        roles = ", ".join(ROLE_NAMES.get(role, role) for role in role_codes)
        yield f"    {person.email:19} {roles:27} {plan.name}{describe_state(person, plan)}"


def describe_state(person: DemoPerson, plan: DemoOrganisation) -> str:
    """Return the state of a person: waiting, or else the states of teams that are not active."""
    if person.waits:
        return "; waits to be let in"
    own_teams = {role.partition("@")[2] for role in person.roles}
    states = [team.state for team in plan.teams if team.code in own_teams]
    return "".join(f"; team: {state.label}" for state in states if state != enums.TeamState.ACTIVE)


def has_tables(name: str) -> bool:
    """Return whether a SQLite file has tables: merely opening it creates an empty file."""
    if not Path(name).exists():
        return False
    with closing(sqlite3.connect(name)) as file:
        return file.execute("SELECT 1 FROM sqlite_master").fetchone() is not None
