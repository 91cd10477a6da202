import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from protect.audit import rules
from protect.audit.enums import Fault
from protect.audit.errors import HeadsUnreadable
from protect.audit.rules import GENESIS, PLATFORM, SIGN_IN, ChainEnd, EntryLine, Head
from tests.audit.writing import AMALS, CHAIN, SAFE_HOUSE

LINE = EntryLine(
    chain=CHAIN,
    n=1,
    at=datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
    actor=AMALS,
    organisation=SAFE_HOUSE,
    action="orgs.invite",
    target="",
    consent=None,
    outcome="done",
    state=None,
    reason=None,
    prev_hash=GENESIS.hash,
    hash=b"",
)
OTHER = {
    "chain": PLATFORM,
    "n": 2,
    "at": LINE.at + timedelta(microseconds=1),
    "actor": None,
    "organisation": AMALS,
    "action": "orgs.invites",
    "target": "team:0",
    "consent": SAFE_HOUSE,
    "outcome": "refused",
    "state": rules.ERASED_STATE,
    "reason": "a disk was replaced",
    "prev_hash": b"1" * 32,
}


def test_the_hash_of_an_entry_never_changes():
    said = bytes.fromhex(
        "0000000e"
        + ("01 00000007" + b"protect".hex())
        + ("01 00000005" + b"audit".hex())
        + "02 00000008 0000000000000001"
        + ("01 00000028" + b"org:0f0f0f0f-0000-4000-8000-000000000001".hex())
        + "02 00000008 0000000000000001"
        + "02 00000008 00000000000f4240"
        + "03 00000010 aaaaaaaa000040008000000000000001"
        + "03 00000010 0f0f0f0f000040008000000000000001"
        + ("01 0000000b" + b"orgs.invite".hex())
        + "01 00000000"
        + "00 00000000"
        + ("01 00000004" + b"done".hex())
        + "00 00000000"
        + ("04 00000020" + "00" * 32)
    )

    assert rules.entry_hash(LINE) == hashlib.sha256(said).digest()


def test_the_hash_of_an_entry_about_sealed_bytes_never_changes():
    state = rules.sealed_state(3, b"sealed")
    spelled = b"0000000003:" + hashlib.sha256(b"sealed").hexdigest().encode()
    before = bytes.fromhex("00" * 32)

    known = b"".join(
        [
            bytes.fromhex("0000000e"),
            *(item(1, text) for text in (b"protect", b"audit")),
            item(2, (1).to_bytes(8, "big")),
            item(1, CHAIN.encode()),
            *(item(2, number.to_bytes(8, "big")) for number in (1, 1_000_000)),
            *(item(3, unique.bytes) for unique in (AMALS, SAFE_HOUSE)),
            *(item(1, text) for text in (b"orgs.invite", b"")),
            item(0, b""),
            *(item(1, text) for text in (b"done", spelled)),
            item(4, before),
        ]
    )

    assert state == spelled.decode()
    assert rules.entry_hash(LINE._replace(state=state)) == hashlib.sha256(known).digest()


def test_the_hash_of_an_entry_with_a_reason_never_changes():
    known = b"".join(
        [
            bytes.fromhex("0000000f"),
            *(item(1, text) for text in (b"protect", b"audit")),
            item(2, (1).to_bytes(8, "big")),
            item(1, CHAIN.encode()),
            *(item(2, number.to_bytes(8, "big")) for number in (1, 1_000_000)),
            *(item(3, unique.bytes) for unique in (AMALS, SAFE_HOUSE)),
            *(item(1, text) for text in (b"orgs.invite", b"")),
            item(0, b""),
            item(1, b"done"),
            item(0, b""),
            item(4, GENESIS.hash),
            item(1, b"mended"),
        ]
    )

    assert rules.entry_hash(LINE._replace(reason="mended")) == hashlib.sha256(known).digest()


def item(kind: int, value: bytes) -> bytes:
    return bytes([kind]) + len(value).to_bytes(4, "big") + value


@pytest.mark.parametrize("field", [name for name in EntryLine._fields if name != "hash"])
def test_every_field_is_in_the_hash(field):
    assert rules.entry_hash(LINE._replace(**{field: OTHER[field]})) != rules.entry_hash(LINE)


@pytest.mark.parametrize("field", ["actor", "organisation", "consent"])
def test_an_id_that_is_text_has_no_hash(field):
    with pytest.raises(TypeError, match=r"^actor, organisation and consent are UUIDs, not texts$"):
        rules.entry_hash(LINE._replace(**{field: str(AMALS)}))


def test_codes_of_the_audit_never_change():
    assert (PLATFORM, SIGN_IN, rules.DONE) == ("platform", "sign-in", "done")


def test_codes_of_alarms_and_answers_never_change():
    """Entries of years say them, and a constraint of the database says the second."""
    assert sorted(rules.ALARM_OUTCOMES) == [
        "key_mismatch",
        "partner_key_mismatch",
        "record_damaged",
    ]
    assert rules.ALARM_ANSWER_PREFIX == "orgs.answer_alarm."
    assert rules.REASON_LENGTH == 300


def test_ambiguous_state_is_not_a_valid_state():
    assert re.fullmatch(rules.STATE_PATTERN, rules.AMBIGUOUS_STATE) is None


def test_a_moment_has_one_hash_in_every_zone():
    elsewhere = LINE.at.astimezone(timezone(timedelta(hours=5, minutes=45)))

    assert rules.entry_hash(LINE._replace(at=elsewhere)) == rules.entry_hash(LINE)


@pytest.mark.parametrize(
    ("before", "changes", "fault"),
    [
        (GENESIS, {}, None),
        (ChainEnd(1, GENESIS.hash), {}, Fault.GAP),
        (GENESIS, {"n": 2}, Fault.GAP),
        (ChainEnd(0, b"1" * 32), {}, Fault.LINK),
        (GENESIS, {"outcome": "refused"}, Fault.CONTENT),
        (GENESIS, {"hash": b"1" * 32}, Fault.CONTENT),
    ],
)
def test_fault_is_reported_by_its_kind(before, changes, fault):
    line = LINE._replace(hash=rules.entry_hash(LINE))._replace(**changes)

    assert rules.find_fault(before, line) is fault


@pytest.mark.parametrize(
    ("chain", "at", "first"),
    [
        (PLATFORM, datetime(2026, 11, 25, tzinfo=UTC), date(2023, 11, 1)),
        (CHAIN, datetime(2028, 2, 29, tzinfo=UTC), date(2025, 2, 1)),
        (SIGN_IN, datetime(2026, 11, 25, tzinfo=UTC), date(2026, 8, 1)),
        (SIGN_IN, datetime(2026, 11, 29, tzinfo=UTC), date(2026, 8, 1)),
        (SIGN_IN, datetime(2026, 11, 30, tzinfo=UTC), date(2026, 9, 1)),
    ],
)
def test_three_years_are_kept_and_ninety_days_of_sign_ins(chain, at, first):
    assert rules.retention_start(chain, at) == first


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_no_entry_is_removed_before_its_retention_ends(at):
    days = {
        chain: (at.date() - rules.retention_start(chain, at)).days for chain in (PLATFORM, SIGN_IN)
    }

    assert 3 * 365 <= days[PLATFORM] <= 3 * 365 + 31
    assert 90 <= days[SIGN_IN] <= 90 + 30


def months(*days: tuple[int, int]) -> list[tuple[date, int]]:
    """Return month and number of the last entry of each closed month, closed by April."""
    lines = [
        LINE._replace(n=n, at=datetime(2020, month, day, tzinfo=UTC))
        for n, (month, day) in enumerate(days, 1)
    ]
    return [(month, line.n) for month, line in rules.closed_months(lines, date(2020, 4, 1))]


@pytest.mark.parametrize(
    ("days", "ends"),
    [
        ([], []),
        ([(4, 1)], []),
        ([(1, 1), (1, 31), (3, 1), (4, 1)], [(date(2020, 1, 1), 2), (date(2020, 3, 1), 3)]),
        ([(2, 1), (1, 31), (2, 28)], [(date(2020, 2, 1), 3)]),  # a late one goes with its follower
        ([(3, 31), (4, 1), (3, 31)], [(date(2020, 3, 1), 1)]),  # and stays with one that stays
    ],
)
def test_a_closed_month_ends_at_its_last_entry(days, ends):
    assert months(*days) == ends


def test_a_month_is_that_of_utc():
    late = datetime(2026, 12, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))

    assert rules.month_of(late) == date(2026, 11, 1)


@pytest.fixture
def server_clock_ahead(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the server's clock stand thirteen hours ahead."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Pacific/Auckland")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("server_clock_ahead")
def test_month_is_in_utc_in_any_server_time_zone():
    assert rules.month_of(datetime(2026, 11, 30, 20, 0, tzinfo=UTC)) == date(2026, 11, 1)


def test_each_chain_has_its_own_lock_that_never_changes():
    keys = {rules.lock_key(chain) for chain in (PLATFORM, SIGN_IN, CHAIN)}

    assert len(keys) == 3
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert rules.lock_key(PLATFORM) == -8243907645036877606


def test_the_chain_of_an_organisation_is_named_by_its_id():
    assert rules.organisation_chain(UUID(int=1)) == "org:00000000-0000-0000-0000-000000000001"


HEAD = Head("2026-11-25T10:30:00Z", PLATFORM, "ab" * 32, 12)


def test_a_head_has_one_spelling_and_is_read_back():
    spelled = '{"at":"2026-11-25T10:30:00Z","chain":"platform","hash":"%s","n":12}' % ("ab" * 32)

    assert HEAD.to_json() == spelled
    assert rules.parse_heads([spelled, "", spelled]) == [HEAD, HEAD]


def test_a_signed_head_has_one_spelling_and_is_read_back():
    signed = replace(HEAD, signature="cd" * 64)
    spelled = HEAD.to_json().replace("}", f',"signature":"{"cd" * 64}"}}')

    assert signed.to_json() == spelled
    assert rules.parse_heads([spelled]) == [signed]


@pytest.mark.parametrize(
    ("noted", "is_young"),
    [
        ("2026-11-25T10:30:00Z", True),
        ("2023-11-02T00:00:00Z", True),
        ("2023-11-01T23:59:59Z", False),  # the day that is let pass
        ("2020-01-01T00:00:00Z", False),
    ],
)
def test_entries_after_a_recent_head_must_be_kept(noted, is_young):
    head = Head(noted, PLATFORM, "ab" * 32, 12)

    assert rules.is_followed_by_kept_entries(head, datetime(2026, 11, 25, tzinfo=UTC)) is is_young


def test_head_of_sign_ins_is_recent_for_months_only():
    at = datetime(2026, 11, 25, tzinfo=UTC)
    heads = [
        Head(noted, SIGN_IN, "ab" * 32, 12)
        for noted in ("2026-08-02T00:00:00Z", "2026-07-31T00:00:00Z")
    ]

    assert [rules.is_followed_by_kept_entries(head, at) for head in heads] == [True, False]


@pytest.mark.parametrize(
    "line",
    [
        "signed",
        "[]",
        "{}",
        HEAD.to_json().replace('"n":12', '"n":12.0,"m":1'),
        HEAD.to_json().replace("12}", '"12"}'),
        HEAD.to_json().replace("12}", "012}"),
        HEAD.to_json().replace("-25T", "-31T"),
        HEAD.to_json().replace('"platform"', "1"),
        HEAD.to_json().replace("ab" * 32, "ab" * 31),
        HEAD.to_json().replace("ab" * 32, "AB" * 32),
        HEAD.to_json().replace(",", ", "),
        HEAD.to_json().replace("platform", "pl\\u0061tform"),
        HEAD.to_json().replace("}", ',"signature":""}'),
        HEAD.to_json().replace("}", f',"signature":"{"cd" * 63}"}}'),
    ],
)
def test_a_line_that_is_no_head_is_refused_with_its_number(line):
    with pytest.raises(HeadsUnreadable) as refused:
        rules.parse_heads([HEAD.to_json(), line])

    assert (refused.value.code, refused.value.facts) == ("audit_heads_unreadable", {"line": 2})


@pytest.mark.usefixtures("server_clock_ahead")
def test_hour_begins_on_the_full_hour_of_utc():
    india = timezone(timedelta(hours=5, minutes=30))
    at = datetime(2026, 11, 30, 15, 14, 13, 12, tzinfo=india)

    assert rules.hour_of(at) == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert rules.hour_of(at).utcoffset() == timedelta(0)


# --- what was sealed ------------------------------------------------------------------------------

VERSIONS = st.integers(0, 10**10 - 1)


def test_the_state_of_a_record_is_its_version_and_the_hash_of_its_sealed_bytes():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    assert rules.sealed_state(1, b"") == f"0000000001:{empty}"
    assert rules.sealed_state(10**10 - 1, b"") == f"9999999999:{empty}"
    assert rules.sealed_state(1, b"\1") != rules.sealed_state(1, b"\2")


@pytest.mark.parametrize("version", [10**10, 10**40, -1])
def test_a_version_that_would_sort_wrongly_has_no_state(version):
    with pytest.raises(ValueError, match=r"^a version of more than ten digits$"):
        rules.sealed_state(version, b"")


@given(st.lists(st.tuples(VERSIONS, st.binary(max_size=40)), min_size=1, unique_by=lambda x: x[0]))
def test_states_sort_by_version_with_erased_last(saves):
    states = [rules.sealed_state(version, sealed) for version, sealed in saves]

    newest = rules.sealed_state(*max(saves))

    assert sorted(states) == [rules.sealed_state(*each) for each in sorted(saves)]
    assert max(states) == newest < rules.ERASED_STATE
    assert max([*states, rules.ERASED_STATE]) == rules.ERASED_STATE


@given(VERSIONS, st.binary(max_size=40))
def test_each_state_has_the_shape_that_the_database_demands(version, sealed):
    assert re.fullmatch(rules.STATE_PATTERN, rules.sealed_state(version, sealed))
    assert re.fullmatch(rules.STATE_PATTERN, rules.ERASED_STATE)


def test_the_organisation_of_a_chain_is_read_from_its_name():
    assert rules.organisation_of_chain(CHAIN) == SAFE_HOUSE
    assert rules.organisation_of_chain(rules.organisation_chain(UUID(int=1))) == UUID(int=1)
    assert rules.organisation_of_chain(PLATFORM) is None
    assert rules.organisation_of_chain(SIGN_IN) is None


def test_a_loop_of_refusals_leaves_twenty_entries_an_hour():
    assert rules.MAX_REFUSALS_PER_HOUR == 20


def test_erased_state_sorts_after_every_version():
    assert rules.ERASED_STATE == "gone"  # it stands in every audit
    assert rules.sealed_state(9_999_999_999, b"") < rules.ERASED_STATE
