"""Keys for certificates: made, used, retired; by those who may, and with a trace."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.http import Http404

from protect.audit.models import Entry
from protect.kernel import clock
from protect.vault.access import get_badge_key
from protect.vault.errors import BadgeKeyDamaged, BadgeKeyMissing
from protect.vault.formats.badges import must_verify
from protect.vault.models import BadgeKey
from protect.vault.server_keys import badge_keys, peppers
from protect.vault.server_keys.badge_keys import is_confirmed
from tests.refusals import refuses
from tests.vault.cast import AT, LATER
from tests.vault.conftest import OLD_PEPPER, PEPPER
from tests.vault.formats.test_badges import DOCUMENT

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


@pytest.fixture(autouse=True)
def address(settings):
    settings.PUBLIC_URL = "https://help.demo.example"


@pytest.fixture
def key(cast) -> BadgeKey:
    return badge_keys.make_key(cast.dana.scope, cast.office, at=AT)


def written(organisation) -> list[str]:
    rows = Entry.objects.of_organisation(organisation.pk).filter(action__endswith="badge_key")
    return list(rows.order_by("n").values_list("action", flat=True))


def test_manager_makes_the_key_of_the_organisation(cast, key):
    assert key.controller == f"did:web:help.demo.example:issuers:{cast.office.pk}"
    assert badge_keys.published_keys(cast.office.pk) == badge_keys.published_keys_of_controller(
        key.controller
    )
    assert badge_keys.published_keys(cast.office.pk)[0].public == key.public
    assert badge_keys.published_keys(cast.partner.pk) == ()
    assert badge_keys.issuer_name(cast.office.pk) == key.controller
    assert written(cast.office) == ["vault.make_badge_key"]
    entry = Entry.objects.get(target=f"badgekey:{key.pk}")
    assert (entry.actor_id, entry.organisation) == (cast.dana.pk, cast.office.pk)


@pytest.mark.parametrize("who", ["amal", "bela", "chidi"])
def test_other_users_cannot_make_or_retire_keys(cast, key, who):
    person = getattr(cast, who)

    with pytest.raises(PermissionDenied):
        badge_keys.make_key(person.scope, cast.office, at=LATER)
    with pytest.raises(PermissionDenied):
        badge_keys.retire_key(person.scope, key, at=LATER)
    with pytest.raises(Http404):
        get_badge_key(person.scope, key.pk)
    assert BadgeKey.objects.get().retired_at is None
    assert written(cast.office) == ["vault.make_badge_key"]


def test_manager_finds_the_key(cast, key):
    assert get_badge_key(cast.dana.scope, key.pk) == key
    with pytest.raises(Http404):
        get_badge_key(cast.dana.scope, uuid4())


def test_signature_verifies_with_the_published_key(cast, key):
    signed = badge_keys.sign_document(cast.office.pk, DOCUMENT, at=LATER)

    assert signed["proof"]["verificationMethod"] == f"{key.controller}#{key.public}"
    must_verify(signed, key.public)


def test_a_new_key_retires_the_one_before_at_the_same_moment(cast, key):
    new = badge_keys.make_key(cast.dana.scope, cast.office, at=LATER)

    key.refresh_from_db()
    assert (key.retired_at, key.seed, key.pepper, key.distrusted_at) == (LATER, None, None, None)
    assert [each.public for each in badge_keys.published_keys(cast.office.pk)] == [
        key.public,
        new.public,
    ]
    must_verify(badge_keys.sign_document(cast.office.pk, DOCUMENT, at=LATER), new.public)
    assert written(cast.office)[1:] == ["vault.retire_badge_key", "vault.make_badge_key"]


def test_a_retired_key_signs_nothing_and_stays_published(cast, key):
    badge_keys.retire_key(cast.dana.scope, key, at=LATER)

    with pytest.raises(BadgeKeyMissing):
        badge_keys.sign_document(cast.office.pk, DOCUMENT, at=LATER)
    with pytest.raises(BadgeKeyMissing):
        badge_keys.issuer_name(cast.office.pk)
    with refuses("badge_key_retired"):
        badge_keys.retire_key(cast.dana.scope, key, at=LATER)
    assert badge_keys.published_keys(cast.office.pk)[0].retired == LATER
    assert written(cast.office)[1:] == ["vault.retire_badge_key"]


@pytest.mark.parametrize("is_retired", [True, False])
def test_compromised_key_is_distrusted_once(cast, key, is_retired):
    if is_retired:
        badge_keys.retire_key(cast.dana.scope, key, at=AT)

    badge_keys.retire_key(cast.dana.scope, key, at=LATER, distrust=True)

    with refuses("badge_key_retired"):
        badge_keys.retire_key(cast.dana.scope, key, at=LATER, distrust=True)
    found = badge_keys.published_keys(cast.office.pk)[0]
    assert (found.retired, found.distrusted) == (AT if is_retired else LATER, LATER)
    assert written(cast.office)[-1] == "vault.distrust_badge_key"


def test_key_is_not_retired_before_its_creation_if_the_clock_is_behind(cast, key):
    badge_keys.retire_key(cast.dana.scope, key, at=AT - timedelta(seconds=1))

    assert BadgeKey.objects.get().retired_at == AT


@pytest.mark.parametrize("bit", [0, 8, 100, 400])
def test_a_damaged_seed_signs_nothing(cast, key, bit):
    spoilt = bytearray(BadgeKey.objects.get().seed)
    spoilt[2 + bit // 8 % (len(spoilt) - 2)] ^= 1
    BadgeKey.objects.update(seed=bytes(spoilt))

    with pytest.raises(BadgeKeyDamaged):
        badge_keys.sign_document(cast.office.pk, DOCUMENT, at=LATER)


def test_a_seed_that_was_moved_to_another_row_does_not_open(cast, key):
    other = badge_keys.make_key_as_operator(cast.partner, at=AT)
    BadgeKey.objects.filter(pk=other.pk).update(seed=BadgeKey.objects.get(pk=key.pk).seed)

    with pytest.raises(BadgeKeyDamaged):
        badge_keys.sign_document(cast.partner.pk, DOCUMENT, at=LATER)


def test_replaced_public_key_is_detected_before_signing(cast, key):
    other = badge_keys.make_key_as_operator(cast.partner, at=AT)
    BadgeKey.objects.filter(pk=other.pk).delete()
    BadgeKey.objects.filter(pk=key.pk).update(public=other.public)

    with pytest.raises(BadgeKeyDamaged):
        badge_keys.sign_document(cast.office.pk, DOCUMENT, at=LATER)


def test_the_seed_needs_its_pepper_and_moves_to_the_newest(cast, settings):
    settings.PEPPERS = [OLD_PEPPER]
    key = badge_keys.make_key_as_operator(cast.office, at=AT)
    settings.PEPPERS = [PEPPER, OLD_PEPPER]
    assert peppers.count_badge_keys_by_pepper() == {0: 0, 1: 0, 2: 1}

    assert (badge_keys.reseal_seeds(), badge_keys.reseal_seeds()) == (1, 0)

    assert peppers.count_badge_keys_by_pepper() == {0: 0, 1: 1, 2: 0}
    settings.PEPPERS = [PEPPER]
    must_verify(badge_keys.sign_document(cast.office.pk, DOCUMENT, at=LATER), key.public)
    settings.PEPPERS = [OLD_PEPPER]
    assert peppers.count_badge_keys_by_pepper() == {0: 1, 1: 0}
    with refuses("pepper_missing"):
        badge_keys.sign_document(cast.office.pk, DOCUMENT, at=LATER)


def test_without_a_pepper_no_key_is_made(cast, settings):
    settings.PEPPERS = []

    with refuses("pepper_missing"):
        badge_keys.make_key(cast.dana.scope, cast.office, at=AT)
    assert not BadgeKey.objects.exists()
    assert written(cast.office) == []


@pytest.mark.parametrize(
    "change",
    [
        {"seed": b"\x02in clear"},
        {"seed": None},
        {"pepper": None},
        {"retired_at": LATER},
        {"distrusted_at": LATER},
        {"retired_at": AT - timedelta(1), "seed": None, "pepper": None},
        {"retired_at": LATER, "distrusted_at": AT, "seed": None, "pepper": None},
    ],
)
def test_inconsistent_row_is_rejected(cast, key, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        BadgeKey.objects.update(**change)


def test_an_organisation_has_one_active_key(cast, key):
    copy = BadgeKey.objects.get()
    copy.pk, copy.public = uuid4(), "z6Mk"

    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def run(*arguments: object) -> list[str]:
    out = StringIO()
    with clock.frozen(LATER):
        call_command("badge_keys", *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def test_operators_make_show_and_retire_keys(cast):
    made = run("make", cast.office.pk)
    key = BadgeKey.objects.get()

    assert made == [f"{key.pk} {key.controller}#{key.public}"]
    assert run("list") == [f"{cast.office.pk} {key.pk} active {key.public}"]
    assert run("retire", key.pk) == [f"{key.pk} retired"]
    assert run("retire", key.pk, "--distrust") == [f"{key.pk} distrusted"]
    assert run("reseal") == ["resealed 0"]
    assert written(cast.office) == [
        "vault.make_badge_key",
        "vault.retire_badge_key",
        "vault.distrust_badge_key",
    ]
    assert Entry.objects.filter(target=f"badgekey:{key.pk}", actor=None).count() == 3


def test_operators_confirm_a_key_after_the_ledger_was_lost(cast, settings, tmp_path):
    run("make", cast.office.pk)
    key = BadgeKey.objects.get()
    settings.LEDGER = tmp_path / "new.jsonl"
    assert run("list") == [f"{cast.office.pk} {key.pk} unknown-to-ledger {key.public}"]

    with refuses("badge_key_unknown"):
        run("confirm", key.pk, "z6MkAnother")
    assert not is_confirmed(key)

    assert run("confirm", key.pk, key.public) == [f"{key.pk} active"]
    assert run("confirm", key.pk, key.public) == [f"{key.pk} active"]
    assert is_confirmed(key)
    assert written(cast.office) == ["vault.make_badge_key", "vault.confirm_badge_key"]


@pytest.mark.parametrize("step", ["make", "retire"])
def test_command_refuses_unknown_keys_and_organisations(cast, step):
    with refuses("badge_key_unknown"):
        run(step, uuid4())
    assert not BadgeKey.objects.exists()


def test_no_table_of_a_dump_holds_a_seed(cast, key):
    row = BadgeKey.objects.get()

    assert badge_keys._open_seed(row).reveal() not in bytes(row.seed)
    assert str(row) == f"badge key {row.pk}"
