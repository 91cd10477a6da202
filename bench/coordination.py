"""Working groups: the search of decisions, the comparison of versions, and papers.

On the demonstration, into which decisions and minutes are written that a rollback removes. Half of
them belong to a group that the user may not see. Run it with PROTECT_DATABASE_URL for each
database.
"""

import random

from django.db import connection, transaction

from bench.comparing import comparison_table, papers_table
from bench.measure import table, times
from protect.content.enums import SearchKind
from protect.content.search.entries import store_entries
from protect.coordination.groups.models import Group
from protect.coordination.meetings.models import AgendaItem, Meeting
from protect.coordination.minutes.lists import search_decisions
from protect.coordination.minutes.models import Decision
from protect.kernel import clock
from protect.orgs.access import scope_for
from protect.orgs.models import Organisation, User
from protect.orgs.scope import Scope

DECISIONS, LINES = 10_000, 2_000  # of each, half in a group of the user
COORDINATOR = "hajna@demo.example"
SEED, SEARCHES = 20261202, 200
WORDS = [
    "shelter",
    "night",
    "police",
    "interpreter",
    "child",
    "pathway",
    "clinic",
    "woman",
    "man",
    "papers",
    "cost",
    "hours",
    "referral",
    "consent",
    "training",
    "bus",
    "phone",
    "Zagreb",
    "Split",
    "Rijeka",
    "lawyer",
    "doctor",
    "school",
    "report",
    "region",
    "budget",
    "round",
    "table",
    "mapping",
    "gap",
    "agree",
    "change",
    "open",
    "close",
    "weekend",
    "summer",
    "winter",
    "form",
    "signature",
]


COMPARISON = (
    "Two versions of 100 pages (40,000 words), the fastest of five. Words are as frequent as in a "
    "language; a changed one is replaced by another at random. `difflib` is Python's, with its own "
    "defaults, section by section, once and without HTML; marked: the share of the later words."
)
PAPERS = "Papers of the demonstration, one after the other in one process; the fastest of ten."


def report() -> str:
    parts = (
        ("Search", search_report()),
        ("Comparison of versions", f"{COMPARISON}\n\n{comparison_table()}"),
        ("Papers a second", f"{PAPERS}\n\n{papers_table()}"),
    )
    return "\n\n".join(f"## {title}\n\n{text}" for title, text in parts)


def search_report() -> str:
    user = User.objects.get(email=COORDINATOR)
    scope, pick = scope_for(user.pk), random.Random(SEED)
    with transaction.atomic():
        own = Group.objects.filter(members__user=user).first()
        if own is None:
            raise SystemExit(f"{COORDINATOR} has no working group: build the demonstration anew")
        other = _other_group(own)
        for group in (own, other):
            _plant(group, user, pick)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as a database in use does by itself
        rows = [_row(scope, count, pick) for count in (1, 2, 3)]
        transaction.set_rollback(True)
    header = ("typed words", "p50", "p95", "p99")
    text = (
        f"{connection.vendor}: {DECISIONS} decisions and {LINES} lines of minutes, half of them in "
        "another group. Milliseconds of one search with the loading of its hits."
    )
    return f"{text}\n\n{table(header, rows)}"


def _row(scope: Scope, count: int, pick: random.Random) -> tuple[object, ...]:
    questions = [" ".join(pick.sample(WORDS, count)) for _ in range(SEARCHES)]
    found = times(lambda typed: search_decisions(scope, typed), questions)
    return (count, *(f"{value / 1000:.1f}" for value in found))


def _other_group(own: Group) -> Group:
    organisation = Organisation.objects.exclude(pk=own.organisation_id).order_by("name").first()
    return Group.objects.create(
        name="Demo other group",
        purpose="Demo",
        organisation=organisation,
        language=own.language,
        created_at=clock.now(),
    )


def _plant(group: Group, user: User, pick: random.Random) -> None:
    at = clock.now()
    last = Decision.objects.filter(group=group).count()
    meeting = Meeting.objects.create(
        group=group,
        number=10_000,
        starts_at=at,
        ends_at=at.replace(year=at.year + 1),
        zone="Europe/Zagreb",
        changed_at=at,
    )
    items = AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=number, title=_words(pick, 5), text=_words(pick, 80))
        for number in range(LINES // 2)
    )
    decisions = Decision.objects.bulk_create(
        Decision(
            group=group,
            number=last + number,
            meeting=meeting,
            item=pick.choice(items),
            text=_words(pick, 20),
            recorded_at=at,
            recorded_by=user,
        )
        for number in range(1, DECISIONS // 2 + 1)
    )
    store_entries(SearchKind.MINUTES, {str(row.pk): [row.title, row.text] for row in items})
    store_entries(
        SearchKind.DECISION, {str(row.pk): [row.item.title, row.text] for row in decisions}
    )


def _words(pick: random.Random, count: int) -> str:
    return " ".join(pick.choices(WORDS, k=count))
