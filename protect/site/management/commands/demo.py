import base64
import os
import sqlite3
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

from protect.demo import keys, services, trainings
from protect.demo.consortium import DemoOrganisation, DemoPerson, build_organisations, consortium
from protect.kernel import clock
from protect.orgs import actions as orgs, enums, rules
from protect.site.errors import SiteRefusal
from protect.site.server.run import ADDRESS, serve

STARTER = settings.BASE_DIR / "protect/directory/data/services/services.csv"
TRY = """
  Find help      http://127.0.0.1:{port}/
                 no cookies, no script needed; try “Close”, then your browser's Back button
  One question   .venv/bin/protect match --need legal --place "Liège" --country BE --language ar
  The same       curl -s http://127.0.0.1:{port}/match -H 'Content-Type: application/json' \\
                      -d '{{"needs": ["legal"], "place": {{"country": "BE", "name": "Liège"}}}}'

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
SHOWN = (
    *("dana", "ines", "amal", "noor", "jonas", "olga", "runa", "sefa", "milo"),
    *("bela", "jana", "gaspar", "hedda", "ludmil"),
)
NAMES = {
    "organisation_admin": "administrator",
    "caseworker": "case worker",
    "protection_officer": "data protection officer",
}
FORGETFUL = f"amal@{rules.DEMO_DOMAIN}"
BUILDS = (build_organisations, keys.build_keys, services.build_services, trainings.build_trainings)


class Command(BaseCommand):
    help = "Build the demo's database where it is missing or old, and serve it."
    requires_system_checks: list[str] = []  # they open the database: made once it stands

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--build-only", action="store_true")

    def handle(self, *, port: int, build_only: bool, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise SiteRefusal("not_the_demo")
        call_command("messages", "compile", verbosity=0)
        lead_here(port)  # mail of the demo leads to its desk
        self.prepare()
        self.check()
        if build_only:
            return
        self.stdout.write(invitation(port))
        self.stdout.flush()
        connection.close()
        serve(port=port)

    def prepare(self) -> None:
        """Bring the database up to date; a new one is built beside its name and then renamed."""
        name = connection.settings_dict["NAME"]
        if connection.vendor != "sqlite" or is_begun(name):
            orgs.must_be_for_demo()
            self.fill()
            return
        final, building = Path(name), Path(f"{name}.building")
        final.parent.mkdir(parents=True, exist_ok=True)
        for leftover in final.parent.glob(f"{building.name}*"):  # of an interrupted run
            leftover.unlink()
        connection.settings_dict["NAME"] = str(building)
        try:
            self.fill()
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name
        for journal in ("-wal", "-shm"):  # of a file that was here before: not of the new one
            final.with_name(f"{final.name}{journal}").unlink(missing_ok=True)
        building.rename(final)

    def fill(self) -> None:
        for step, *arguments in (("migrate",), ("load_data",), ("import_services", str(STARTER))):
            self.stderr.write(f"{step.replace('_', ' ')} …")
            call_command(step, *arguments, verbosity=0, stdout=self.stderr)
        for build in BUILDS:
            self.stderr.write(f"{build.__name__.replace('_', ' ')} …")
            counts = (f"{count} {table}" for table, count in build(at=clock.now()).items())
            self.stderr.write(f"made {', '.join(counts)}")


def lead_here(port: int) -> None:
    """Let links lead to this demo unless its operator said where, in spawned workers as well."""
    for name, host in (("PUBLIC_URL", ADDRESS), ("STAFF_URL", "localhost")):
        if not os.environ.get(f"PROTECT_{name}"):
            os.environ[f"PROTECT_{name}"] = f"http://{host}:{port}"
            setattr(settings, name, os.environ[f"PROTECT_{name}"])


def invitation(port: int) -> str:
    return TRY.format(
        port=port,
        desk=settings.STAFF_URL,
        passphrase=keys.PASSPHRASE,
        secret=" ".join(wrap(base64.b32encode(keys.SEED).decode(), 4)),
        people="\n".join(people()),
        forgetful=FORGETFUL,
        recovery=keys.recovery_code(FORGETFUL).printed(),
    )


def people() -> Iterator[str]:
    """Yield a line for each demo account that is announced: address, roles, organisation."""
    plans = consortium().values()
    by_code = {person.code: (person, plan) for plan in plans for person in plan.people}
    for code in SHOWN:
        person, plan = by_code[code]
        held = [role.partition("@")[0] for role in person.roles]
        roles = ", ".join(NAMES.get(role, role) for role in held)
        yield f"    {person.email:19} {roles:27} {plan.name}{stands(person, plan)}"


def stands(person: DemoPerson, plan: DemoOrganisation) -> str:
    if person.waits:
        return "; waits to be let in"
    mine = {role.partition("@")[2] for role in person.roles}
    states = [team.state for team in plan.teams if team.code in mine]
    return "".join(f"; team: {each.label}" for each in states if each is not enums.TeamState.ACTIVE)


def is_begun(name: str) -> bool:
    """Return whether a file holds a demo: whatever opens it first leaves an empty one."""
    if not Path(name).exists():
        return False
    with closing(sqlite3.connect(name)) as file:
        return file.execute("SELECT 1 FROM sqlite_master").fetchone() is not None
