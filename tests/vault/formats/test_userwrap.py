import os
import sys
import threading
from uuid import UUID

import pytest

from protect.vault.formats.credentials import peppers, stretch, userwrap
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.formats.credentials.peppers import Peppers
from protect.vault.formats.credentials.stretch import DEFAULT_COST, UNSTRETCHED, Kdf
from protect.vault.formats.credentials.userwrap import BundleKind, PrfOutput
from protect.vault.formats.errors import Damaged, Forged, Malformed, PepperMissing
from protect.vault.formats.secrets import Pepper
from tests.vault.formats.given import (
    AMAL,
    AMAL_SECRET,
    BELA,
    CASE,
    CHEAP,
    OTHER,
    RECORD,
    VECTORS,
    flip,
    flipped,
)

PEPPERS = Peppers(3, {3: Pepper.generate(), 4: Pepper.generate()})
PASSWORD = "six words that nobody else has"
PRF, CODE = PrfOutput.generate(), RecoveryCode.generate()
WHO = {"user": AMAL, "credential": RECORD}
BUNDLES = {
    BundleKind.PASSWORD: userwrap.seal_with_password(
        AMAL_SECRET, PASSWORD, PEPPERS, cost=CHEAP, **WHO
    ),
    BundleKind.PASSKEY: userwrap.seal_with_passkey(AMAL_SECRET, PRF, **WHO),
    BundleKind.RECOVERY: userwrap.seal_with_code(AMAL_SECRET, CODE, **WHO),
}
OPEN = {
    BundleKind.PASSWORD: lambda blob, **who: userwrap.open_with_password(
        blob, PASSWORD, PEPPERS, **who
    ),
    BundleKind.PASSKEY: lambda blob, **who: userwrap.open_with_passkey(blob, PRF, **who),
    BundleKind.RECOVERY: lambda blob, **who: userwrap.open_with_code(blob, CODE, **who),
}
EVERY = pytest.mark.parametrize("kind", BundleKind)


@EVERY
def test_a_secret_comes_back(kind):
    assert OPEN[kind](BUNDLES[kind], **WHO) == AMAL_SECRET


@EVERY
def test_the_layout_is_the_one_written_down(kind):
    blob = BUNDLES[kind]

    assert len(blob) == 150
    assert blob[:2] == bytes([1, kind])
    assert blob[2:9] == (CHEAP.raw() if kind == BundleKind.PASSWORD else bytes(7))
    assert blob[25] == (3 if kind == BundleKind.PASSWORD else 0)


def test_kinds_have_the_numbers_written_down():
    assert [*BundleKind] == [1, 2, 3]
    assert [kind.name for kind in BundleKind] == ["PASSWORD", "PASSKEY", "RECOVERY"]


def test_what_was_bundled_years_ago_opens():
    known = Peppers(7, {int(n): Pepper(bytes.fromhex(p)) for n, p in CASE["peppers"].items()})
    amal = UUID(CASE["user"])
    blobs = {
        name: bytes.fromhex(CASE[f"{name}_bundle"]) for name in ("password", "code", "passkey")
    }
    which = {name: UUID(CASE[f"{name}_credential"]) for name in blobs}
    code, prf = RecoveryCode.parse(CASE["code"]), PrfOutput(bytes.fromhex(CASE["prf"]))

    opened = [
        userwrap.open_with_password(
            blobs["password"], CASE["password"], known, user=amal, credential=which["password"]
        ),
        userwrap.open_with_code(blobs["code"], code, user=amal, credential=which["code"]),
        userwrap.open_with_passkey(blobs["passkey"], prf, user=amal, credential=which["passkey"]),
    ]

    assert [secret.reveal().hex() for secret in opened] == [VECTORS["user_secret"]] * 3


@pytest.mark.parametrize("kind", [BundleKind.PASSKEY, BundleKind.RECOVERY])
def test_every_bit_counts(kind):
    for spoilt in flipped(BUNDLES[kind]):
        with pytest.raises(Damaged):
            OPEN[kind](spoilt, **WHO)


def test_every_field_of_a_password_bundle_counts():
    for byte in [*range(39), *range(39, 150, 10), 149]:
        with pytest.raises((Damaged, PepperMissing)):
            OPEN[BundleKind.PASSWORD](
                flip(BUNDLES[BundleKind.PASSWORD], byte * 8 + byte % 8), **WHO
            )


@EVERY
def test_a_bundle_is_for_one_person_and_one_credential(kind):
    for change in ({"user": BELA}, {"credential": OTHER}):
        with pytest.raises(Forged, match=r"^a bundle does not open$"):
            OPEN[kind](BUNDLES[kind], **WHO | change)


@EVERY
def test_a_bundle_opens_as_its_own_kind_alone(kind):
    for other in set(BundleKind) - {kind}:
        with pytest.raises(Malformed, match=r"^a bundle of another kind$"):
            OPEN[other](BUNDLES[kind], **WHO)


def test_another_password_passkey_or_code_does_not_open():
    refused = [
        lambda: userwrap.open_with_password(
            BUNDLES[BundleKind.PASSWORD], PASSWORD + "s", PEPPERS, **WHO
        ),
        lambda: userwrap.open_with_passkey(
            BUNDLES[BundleKind.PASSKEY], PrfOutput.generate(), **WHO
        ),
        lambda: userwrap.open_with_code(
            BUNDLES[BundleKind.RECOVERY], RecoveryCode.generate(), **WHO
        ),
    ]
    for attempt in refused:
        with pytest.raises(Forged):
            attempt()


@EVERY
def test_no_salt_or_nonce_repeats(kind):
    made = [userwrap.seal_with_code(AMAL_SECRET, CODE, **WHO) for _ in range(20)]

    assert len({blob[9:25] for blob in made}) == 20
    assert len({blob[26:38] for blob in made}) == 20


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda blob: b"", "not a bundle of this version"),
        (lambda blob: blob[:-1], "not a bundle of this version"),
        (lambda blob: blob + b"\0", "not a bundle of this version"),
        (lambda blob: b"\0" + blob[1:], "not a bundle of this version"),
        (lambda blob: b"\2" + blob[1:], "not a bundle of this version"),
        (lambda blob: b"\1\0" + blob[2:], "not a kind of bundle"),
        (lambda blob: b"\1\4" + blob[2:], "not a kind of bundle"),
        (lambda blob: b"\1\1" + blob[2:], "key derivation or pepper does not fit the kind"),
        (
            lambda blob: blob[:2] + CHEAP.raw() + blob[9:],
            "key derivation or pepper does not fit the kind",
        ),
        (
            lambda blob: blob[:25] + b"\1" + blob[26:],
            "key derivation or pepper does not fit the kind",
        ),
        (lambda blob: blob[:2] + b"\2" + blob[3:], "a cost outside the bounds"),
        (lambda blob: blob[:2] + b"\0\0\0\0\1\0\0" + blob[9:], "a cost outside the bounds"),
    ],
)
def test_a_recovery_bundle_that_makes_no_sense_is_malformed(spoil, why):
    with pytest.raises(Malformed, match=rf"^{why}$"):
        OPEN[BundleKind.RECOVERY](spoil(BUNDLES[BundleKind.RECOVERY]), **WHO)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda blob: blob[:2] + UNSTRETCHED.raw() + blob[9:],
        lambda blob: blob[:25] + b"\0" + blob[26:],
    ],
)
def test_a_password_bundle_has_a_cost_and_a_pepper(spoil):
    with pytest.raises(Malformed, match=r"^key derivation or pepper does not fit the kind$"):
        OPEN[BundleKind.PASSWORD](spoil(BUNDLES[BundleKind.PASSWORD]), **WHO)


# --- peppers --------------------------------------------------------------------------------------


def test_a_missing_pepper_is_said_before_anything_is_computed(monkeypatch):
    def never(*args: object) -> bytes:
        raise AssertionError("computed all the same")

    monkeypatch.setattr(userwrap, "stretch", never)

    with pytest.raises(PepperMissing, match=r"^3$"):
        userwrap.open_with_password(
            BUNDLES[BundleKind.PASSWORD], PASSWORD, Peppers(4, {4: Pepper.generate()}), **WHO
        )


def test_an_older_pepper_still_opens_and_another_does_not():
    older = Peppers(4, PEPPERS.peppers_by_id)
    wrong = Peppers(3, {3: Pepper.generate()})
    blob = BUNDLES[BundleKind.PASSWORD]

    assert userwrap.open_with_password(blob, PASSWORD, older, **WHO) == AMAL_SECRET
    with pytest.raises(Forged):
        userwrap.open_with_password(blob, PASSWORD, wrong, **WHO)


@pytest.mark.parametrize("number", [0, 256, -1])
def test_an_id_of_a_pepper_fits_in_a_byte_and_is_not_none(number):
    with pytest.raises(ValueError, match=r"^ids of peppers run from 1 to 255$"):
        Peppers(number, {number: Pepper.generate()})


def test_the_current_pepper_is_there():
    assert Peppers(255, {255: Pepper.generate()}).current == 255
    with pytest.raises(PepperMissing):
        Peppers(2, {1: Pepper.generate()})


def test_what_comes_from_a_pepper_is_what_is_known():
    pepper = Pepper(bytes.fromhex(CASE["peppers"]["7"]))

    assert peppers.password_verifier(CASE["password"], pepper) == VECTORS["verifier"]
    assert peppers.second_factor_key(pepper).hex() == VECTORS["factor_key"]


def test_a_verifier_depends_on_password_and_pepper():
    one, two = Pepper.generate(), Pepper.generate()
    made = {
        peppers.password_verifier(password, pepper)
        for password in ("a", "b")
        for pepper in (one, two)
    }

    assert len(made) == 4
    assert all(len(verifier) == 64 for verifier in made)


# --- cost -----------------------------------------------------------------------------------------


def test_the_cost_is_64_mib_three_passes_one_lane():
    assert Kdf(1, memory=65_536, passes=3, lanes=1) == DEFAULT_COST
    assert DEFAULT_COST.raw() == bytes.fromhex("01000100000301")
    assert UNSTRETCHED.raw() == bytes(7)


def test_the_numbers_of_a_cost_have_no_sign():
    assert Kdf(255, memory=2**32 - 1, passes=255, lanes=255).raw() == b"\xff" * 7


def test_a_bundle_is_made_at_full_cost_unless_said():
    blob = userwrap.seal_with_password(AMAL_SECRET, PASSWORD, PEPPERS, **WHO)

    assert userwrap.parse_header(blob).kdf == DEFAULT_COST


BOUNDS = [
    ({"memory": 19 * 1024}, True),
    ({"memory": 19 * 1024 - 1}, False),
    ({"memory": 256 * 1024}, True),
    ({"memory": 256 * 1024 + 1}, False),
    ({"passes": 1}, True),
    ({"passes": 0}, False),
    ({"passes": 10}, True),
    ({"passes": 11}, False),
    ({"lanes": 1}, True),
    ({"lanes": 0}, False),
    ({"lanes": 4}, True),
    ({"lanes": 5}, False),
    ({"id": 2}, False),
    ({"id": 0}, False),
]


@pytest.mark.parametrize(("change", "is_fine"), BOUNDS)
def test_a_cost_is_bounded(change, is_fine):
    kdf = Kdf(**{"id": 1, "memory": 65_536, "passes": 3, "lanes": 1} | change)

    assert kdf.is_bounded() is is_fine
    if is_fine:
        assert Kdf.parse(kdf.raw()) == kdf
    else:
        with pytest.raises(Malformed, match=r"^a cost outside the bounds$"):
            Kdf.parse(kdf.raw())
        with pytest.raises(ValueError, match=r"^a cost outside the bounds$"):
            stretch.stretch("x", bytes(16), kdf)


def test_no_cost_is_read_but_never_run():
    assert Kdf.parse(bytes(7)) == UNSTRETCHED
    with pytest.raises(ValueError, match=r"^a cost outside the bounds$"):
        stretch.stretch("x", bytes(16), UNSTRETCHED)


def test_a_stretched_password_is_the_one_known():
    salt = bytes.fromhex(VECTORS["salt"])
    kdf = Kdf(1, memory=19 * 1024, passes=2, lanes=1)

    assert stretch.stretch(CASE["password"], salt, kdf).hex() == VECTORS["stretched"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("caf\u00e9", "cafe\u0301"),
        ("ﬁne", "fine"),
        ("a\u00a0b", "a b"),
        ("\uff11\uff12", "12"),
    ],
)
def test_a_password_is_the_same_from_every_keyboard(one, two):
    assert stretch.normalise_password(one) == stretch.normalise_password(two)


def test_any_text_can_be_tried_as_a_password():
    assert stretch.normalise_password("A b") == b"A b"
    assert stretch.normalise_password("\ud800") == b"\xed\xa0\x80"


@pytest.fixture
def taken():
    """Have both places taken until the test lets go."""
    free = threading.Event()
    runs = [stretch.ARGON2_POOL.submit(free.wait) for _ in range(stretch.MAX_PARALLEL_RUNS)]
    yield free
    free.set()
    for each in runs:
        each.result()


def begin_one():
    thread = threading.Thread(target=stretch.stretch, args=("x", bytes(16), CHEAP))
    thread.start()
    return thread


def wait_until(is_so):
    """Return as soon as something is so; a minute is enough for what never comes."""
    for _ in range(60_000):
        if is_so():
            return
        threading.Event().wait(0.001)
    raise AssertionError("it never came")


def test_two_run_at_once_and_the_third_waits(taken):
    third = begin_one()
    wait_until(lambda: stretch.ARGON2_POOL._work_queue.qsize() == 1)
    assert third.ident in stretch.WAITING_THREADS
    assert stretch.ARGON2_POOL._max_workers == stretch.MAX_PARALLEL_RUNS == 2

    taken.set()
    third.join()

    assert third.ident not in stretch.WAITING_THREADS


def test_it_is_crowded_when_no_room_is_left_and_only_then(taken):
    waiting = [begin_one() for _ in range(stretch.MAX_WAITING_THREADS - 1)]
    wait_until(lambda: len(stretch.WAITING_THREADS) == stretch.MAX_WAITING_THREADS - 1)
    assert not stretch.is_crowded()

    waiting.append(begin_one())
    wait_until(lambda: len(stretch.WAITING_THREADS) == stretch.MAX_WAITING_THREADS)
    assert stretch.is_crowded()
    assert stretch.MAX_WAITING_THREADS == 16  # as docs/operating.md says

    taken.set()
    for each in waiting:
        each.join()
    assert not stretch.is_crowded()


def test_a_cost_that_is_refused_leaves_no_trace():
    with pytest.raises(ValueError, match="outside"):
        stretch.stretch("x", bytes(16), UNSTRETCHED)

    assert threading.get_ident() not in stretch.WAITING_THREADS


@pytest.mark.skipif(sys.platform != "linux", reason="niceness is a process's own elsewhere")
def test_runs_let_everything_else_go_first():
    def niceness():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert stretch.ARGON2_POOL.submit(niceness).result() == min(niceness() + 10, 19)


def test_no_password_or_code_shows():
    assert repr(PRF) == "PrfOutput(…)"
    assert repr(CODE) == "RecoveryCode(…)"
    assert "Pepper(…)" in repr(PEPPERS)
