"""Whether the time of an application tells that its address is registered already.

A stranger applies once with an address and decides by the time of the answer alone. The threshold
is chosen on one half of the probes and judged on the other: 50 % is a coin. Aim: under 55 %. Each
pair of probes, one known and one new, comes in random order: a growing table or a busy machine
slows both.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.measure import table
from tests.cluster import ABSENT, binaries, cluster

ROOT = Path(__file__).resolve().parents[1]
PAIRS = int(os.environ.get("PROTECT_BENCH_PAIRS", "300"))
AIM = 0.55
SETTINGS, PIPE = "protect.site.settings", subprocess.PIPE
HEADER = ("database", "known ms", "new ms", "one probe is right", "aim")

type Probe = tuple[float, bool]  # milliseconds; whether the address was known
type Rule = tuple[float, bool]  # milliseconds; whether what is quicker is taken for known


def report() -> str:
    """Return the table for SQLite and, where its server is installed, PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [line("SQLite", f"sqlite:///{folder}/bench.sqlite3")]
    if binaries() is None:
        return f"{table(HEADER, rows)}\n\nPostgreSQL was not measured: {ABSENT}."
    with cluster() as server:
        rows.append(line("PostgreSQL", server.url))
    return f"{PAIRS} pairs of probes each.\n\n{table(HEADER, rows)}"


def line(name: str, url: str) -> tuple[Any, ...]:
    """Return the line of a database: medians, and how often one probe is right."""
    env = {**os.environ, "PROTECT_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": SETTINGS}
    for step in (("migrate", "-v0"), ("load_data", "-v0")):
        subprocess.run(
            [sys.executable, "-m", "django", *step], env=env, cwd=ROOT, check=True, stdout=PIPE
        )
    probing = [sys.executable, "-m", "bench.probing"]
    done = subprocess.run(probing, env=env, cwd=ROOT, check=True, stdout=PIPE)
    probes: list[Probe] = [(load[0], load[1]) for load in json.loads(done.stdout)]
    known, new = (median(probes, is_known=is_known) for is_known in (True, False))
    return name, known, new, f"{chance(probes):.1%}", f"{AIM:.0%}"


def chance(probes: Sequence[Probe]) -> float:
    """Return how often a stranger is right who judges one probe by its time alone."""
    halves = probes[: len(probes) // 2], probes[len(probes) // 2 :]
    return statistics.mean(right(judged, best(learnt)) for learnt, judged in (halves, halves[::-1]))


def best(probes: Sequence[Probe]) -> Rule:
    """Return the threshold that tells most, and whether what is quicker is known."""
    rules = [(time_ms, is_quick) for time_ms, _ in probes for is_quick in (True, False)]
    return max(rules, key=lambda rule: right(probes, rule))


def right(probes: Sequence[Probe], rule: Rule) -> float:
    """Return the share of probes of which a rule says the right thing."""
    threshold, is_quick_known = rule
    hits = [((took < threshold) == is_quick_known) == is_known for took, is_known in probes]
    return sum(hits) / len(hits)


def median(probes: Sequence[Probe], *, is_known: bool) -> float:
    return statistics.median(took for took, known in probes if known == is_known)


def probe_all() -> list[Probe]:
    """Apply with known and new addresses, in pairs; return how long each took."""
    from django.test import Client

    from protect.kernel import clock
    from protect.notices.models import Outgoing
    from tests.orgs.conftest import make_organisation
    from tests.trainings.planning import AT, make_edition
    from tests.trainings.registrations.views.test_applications import typed

    edition = make_edition(make_organisation("Demo Academy"), is_listed=True, seat_limit=0)
    client, chance_of = Client(headers={"host": "127.0.0.1"}), random.Random(1)
    address = f"/trainings/en/e/{edition.code}/apply"

    def took(email: str) -> float:
        fields = typed(email=email)
        with clock.frozen(AT):
            begun = time.perf_counter()
            answer = client.post(address, fields)
            ended = time.perf_counter()
        assert "Look into your mail" in answer.content.decode(), email
        return (ended - begun) * 1000

    known = [f"known{number}@demo.example" for number in range(PAIRS)]
    for email in known:
        took(email)
    Outgoing.objects.update(sent_at=AT, link="")
    probes: list[Probe] = []
    for number, email in enumerate(known):
        pair = [(email, True), (f"new{number}@demo.example", False)]
        chance_of.shuffle(pair)
        probes += [(took(each), is_known) for each, is_known in pair]
    return probes


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(probe_all()))
