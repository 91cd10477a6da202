"""Each deed, sealed and in clear, in turns; then what a flood of sign-ins does to others."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter_ns
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from bench.measure import Timing
from bench.vault import clear, flood
from protect.audit.actions import record as append
from protect.audit.rules import organisation_chain
from protect.kernel import clock
from protect.referrals import packets
from protect.referrals.packets import Packet
from protect.vault.enums import Kind
from protect.vault.models import Record
from protect.vault.records import records
from protect.vault.records.records import NewRecord
from protect.vault.sessions.unlocked import active_key
from protect.vault.team_keys import rotation
from tests.vault.cast import Cast, make_cast
from tests.vault.views.desk import Desk

TURNS, SCANS = 300, 5
STEPS = (2_000, 10_000)  # records of a team
TEXT = "Demo text that somebody typed after a long day. " * 40  # about 2 KB
AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
MONTH = date(2028, 11, 1)

type Row = tuple[str, tuple[float, float], tuple[float, float] | None]


def measure(folder: Path) -> dict[str, Any]:
    """Return every row of the report. Units: milliseconds."""
    call_command("migrate", verbosity=0)
    call_command("load_data", verbosity=0, stdout=(folder / "out").open("w"))
    clear.make_table()
    cast = make_cast()
    count_audit_entries = [*_single(cast), *_pages(cast), *_scans(cast), *_moves(cast)]
    rows, note = flood.measure(folder)
    return {"count_audit_entries": count_audit_entries, "flood": rows, "note": note}


def _single(cast: Cast) -> list[Row]:
    opens, made = cast.amal.unlocked(), _seal(cast)
    twin = clear.seal(cast, _document(0), at=AT)
    packet = _packet(cast)

    def save() -> None:
        nonlocal made
        made = records.save_record(opens, made, _document(1), seen=made.version, at=AT)

    def say() -> None:
        with transaction.atomic():
            append(
                at=AT,
                chain=organisation_chain(cast.office.pk),
                action="bench.said",
                actor=None,
                organisation=None,
            )

    return [
        _row("write", lambda: _seal(cast), lambda: clear.seal(cast, _document(0), at=AT)),
        _row(
            "open",
            lambda: records.open_record(opens, made, at=AT),
            lambda: clear.open_(cast, twin, at=AT),
        ),
        _row("save", save, lambda: clear.save(cast, twin, _document(1), at=AT)),
        _row(
            "packet: seal, wrap twice, sign",
            lambda: packets.seal_packet(
                cast.amal.unlocked(), packet, cast.desk, at=AT, uncompared_reason="bench"
            ),
            lambda: clear.seal(cast, _document(0), at=AT),
        ),
        _row("audit: append (clear: one plain row)", say, lambda: clear.row(at=AT)),
    ]


def _pages(cast: Cast) -> list[Row]:
    """The whole request: session, access, reading, history, page."""
    made = _seal(cast)
    clear.copy(cast, made, _document(0), at=AT)
    timezone.now = clock.now  # the session expires by the clock of the desk
    with transaction.atomic():
        desk = Desk(at=AT).let_in(cast.amal)
    address = f"/notes/{made.pk}"

    def ask() -> None:
        answer = desk.get(address)
        assert answer.status_code == 200, answer

    def ask_in_clear() -> None:
        with clear.pages_in_clear(cast):
            ask()

    return [_row("one note as a whole request", ask, ask_in_clear, turns=100)]


def _scans(cast: Cast) -> list[Row]:
    rows, opens = [], cast.amal.unlocked()
    for count in STEPS:
        while Record.objects.filter(owner_team=cast.desk, kind=Kind.NOTE).count() < count:
            with transaction.atomic():
                for number in range(200):
                    _seal(cast, number)
                    clear.seal(cast, _document(number), at=AT)
        rows.append(
            _row(
                f"list all {count:,}",
                lambda: records.scan_records(opens, cast.desk, Kind.NOTE, lambda said: True, at=AT),
                lambda: clear.search(cast, "", at=AT),
                turns=SCANS,
            )
        )
        rows.append(
            _row(
                f"search {count:,}",
                lambda: records.scan_records(opens, cast.desk, Kind.NOTE, _has_needle, at=AT),
                lambda: clear.search(cast, "needle 7 ", at=AT),
                turns=SCANS,
            )
        )
    return rows


def _moves(cast: Cast) -> list[Row]:
    """Renewing a key: 200 wraps in a request, after a member has left."""
    opens = cast.sana.unlocked()
    rotation.begin_renewal(opens, cast.desk, at=AT)

    def step() -> None:
        rotation.continue_renewal(opens, cast.desk, at=AT)

    return [_row("after a member has left: move 200 wraps", step, None, turns=SCANS)]


def _row(
    name: str,
    sealed: Callable[[], object],
    in_clear: Callable[[], object] | None,
    turns: int = TURNS,
) -> Row:
    """Do both in turns, so that whatever else the machine does hits both."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(turns):
        for side, deed in enumerate((sealed, in_clear)):
            if deed is not None:
                took[side].append(_took_us(deed))
    found = [_ms(each) for each in took if each]
    return name, found[0], found[1] if in_clear else None


def _took_us(deed: Callable[[], object]) -> float:
    start = perf_counter_ns()
    deed()
    return (perf_counter_ns() - start) / 1000


def _ms(microseconds: list[float]) -> tuple[float, float]:
    found = Timing.of(microseconds)
    return found.p50 / 1000, found.p99 / 1000


def _seal(cast: Cast, number: int = 0) -> Record:
    writing = NewRecord(Kind.NOTE, cast.desk)
    return records.seal_record(
        cast.amal.unlocked(), writing, _document(number), retention=MONTH, at=AT
    )


def _document(number: int) -> dict[str, object]:
    return {"title": f"Demo needle {number} end", "text": TEXT}


def _has_needle(said: dict[str, Any]) -> bool:
    return "needle 7 " in said["title"]


def _packet(cast: Cast) -> Packet:
    return Packet(
        fields={"need": "Demo need", "text": TEXT},
        consent=uuid4(),
        scope=frozenset({"need"}),
        expires=clock.now() + timedelta(days=30),
        to_team=cast.shelter.pk,
        to_version=active_key(cast.shelter.pk).version,
    )
