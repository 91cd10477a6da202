"""Working groups: the search of decisions, the comparison of versions, papers, and the page of a
country with 4,000 services.

On the demonstration, into which decisions and minutes are written that a rollback removes. Half of
them belong to a group that the user may not see. Run it with PROTECT_DATABASE_URL for each
database.
"""

import random
from datetime import datetime

from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import set_urlconf

from bench.comparing import comparison_table, papers_table
from bench.measure import seconds, table, times
from protect.content.enums import SearchKind
from protect.content.search.entries import key_of_row, store_entries
from protect.coordination.countries.country_blocks import ROWS, country_blocks
from protect.coordination.countries.country_briefs import brief_pdf, language_choices
from protect.coordination.countries.country_content import Readable, country_content
from protect.coordination.countries.forms import Quarter
from protect.coordination.groups.models import Group
from protect.coordination.meetings.models import AgendaItem, Meeting
from protect.coordination.minutes.lists import search_decisions
from protect.coordination.minutes.models import Decision
from protect.directory import changes
from protect.directory.enums import Status
from protect.directory.models import Organisation as Provider, Service
from protect.kernel import clock
from protect.kernel.ids import short_code, stable_uuid
from protect.matching import published
from protect.orgs.access import scope_for
from protect.orgs.models import Organisation, User
from protect.orgs.scope import Scope
from protect.verification.models import QueueItem

DECISIONS, LINES = 10_000, 2_000  # of each, half in a group of the user
COORDINATOR = "hajna@demo.example"
SEED, SEARCHES = 20261202, 200
COUNTRY, SERVICES, PAGES, BRIEFS = "HR", 4_000, 40, 2  # BRIEFS: in each language
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
        ("The page of a country", country_report()),
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


def country_report() -> str:
    """Measure the page of a country, and its briefs."""
    scope = scope_for(User.objects.get(email=COORDINATOR).pk)
    set_urlconf("protect.site.urls.desk")
    with transaction.atomic():
        _plant_services()
        published.forget()
        quarter = Quarter.of(clock.now().date())
        _first, cold = seconds(lambda: _draw_page(scope))
        page = times(lambda _number: _draw_page(scope), range(PAGES), 1)
        languages = [tag for tag, _name in language_choices()] * BRIEFS
        _briefs, spent = seconds(lambda: [_print_brief(scope, quarter, tag) for tag in languages])
        transaction.set_rollback(True)
    published.forget()
    header = ("page of a country, ms", "first", "p50", "p95", "p99")
    figures = (cold * 1000, *(value / 1000 for value in page))
    row = (f"{SERVICES} services", *(f"{value:.1f}" for value in figures))
    text = (
        "The content of the page and its blocks as HTML, without the frame of the desk. The first "
        "one also reads the directory and works the gaps out, which happens again after a change "
        f"in the directory. Briefs in {len(languages) // BRIEFS} languages: "
        f"{len(languages) / spent:.1f} per second."
    )
    return f"{text}\n\n{table(header, [row])}"


def _draw_page(scope: Scope) -> list[str]:
    readable = Readable.by(scope, COUNTRY)
    content = country_content(readable, COUNTRY, at=clock.now(), rows=ROWS)
    template = "coordination/countries/_country_block.html"
    return [
        render_to_string(template, {"block": block}) for block in country_blocks(content, scope)
    ]


def _print_brief(scope: Scope, quarter: Quarter, tag: str) -> bytes:
    return brief_pdf(Readable.by(scope, COUNTRY), COUNTRY, quarter, tag, at=clock.now())


def _plant_services() -> None:
    """Fill the country up to the number of services, each waiting for a check."""
    at = clock.now()
    house = Provider.objects.filter(country_id=COUNTRY).first()
    missing = SERVICES - Service.objects.filter(country_id=COUNTRY).count()
    services = Service.objects.bulk_create(
        [_service(number, house, at) for number in range(missing)], batch_size=1000
    )
    through = Service.categories.through
    codes = ("shelter", "helpline", "legal", "health")
    through.objects.bulk_create(
        [
            through(service=service, category_id=codes[number % len(codes)])
            for number, service in enumerate(services)
        ],
        batch_size=1000,
    )
    QueueItem.objects.bulk_create(
        [
            QueueItem(service=each, country_id=COUNTRY, reasons=["overdue"], opened_at=at)
            for each in services
        ],
        batch_size=1000,
    )
    changes.raise_version()


def _service(number: int, house: Provider, at: datetime) -> Service:
    key = stable_uuid("service", "bench", str(number))
    return Service(
        id=key,
        source="demo",
        source_id=f"bench {number}",
        short=short_code("service", str(key)),
        organisation=house,
        country_id=COUNTRY,
        name=f"Demo service {number}",
        status=Status.PUBLISHED,
        scope="national",
        modes=["phone"],
        released_at=at,
        last_modified=at,
    )


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
    store_entries(SearchKind.MINUTES, {key_of_row(row.pk): [row.title, row.text] for row in items})
    store_entries(
        SearchKind.DECISION, {key_of_row(row.pk): [row.item.title, row.text] for row in decisions}
    )


def _words(pick: random.Random, count: int) -> str:
    return " ".join(pick.choices(WORDS, k=count))
