from contextlib import suppress

import pytest

from protect.orgs.models import User
from protect.vault.enums import WrapKind
from protect.vault.errors import VaultRefusal
from protect.vault.formats.credentials.stretch import ARGON2ID, Kdf
from protect.vault.models import UnlockSession, UserWrap
from protect.vault.server_keys.peppers import missing_argon2_runs
from protect.vault.sessions import authentication, passwords
from tests.refusals import refuses
from tests.vault.conftest import CHEAP, OLD_PEPPER, PEPPER
from tests.vault.signing import (
    AT,
    BROWSER,
    OTHER,
    PASSWORD,
    make_person,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("case", ["wrong", "unknown", "closed", "no password", "no bundle"])
def test_every_refusal_is_the_same_and_costs_the_same(amal, runs, case):
    email, password = amal.user.email, PASSWORD
    if case == "wrong":
        password = OTHER
    if case == "unknown":
        email = "nobody@demo.example"
    if case == "closed":
        User.objects.update(is_active=False, suspended_at=AT)
    if case == "no password":
        email = User.objects.create_user("bela@demo.example").email
    if case == "no bundle":
        UserWrap.objects.all().delete()

    with refuses("sign_in_refused") as refused:
        authentication.begin(email, password, browser=BROWSER, at=AT)

    assert len(runs) == 2
    assert not refused.value.facts
    assert UnlockSession.objects.count() == 0


def older(user, settings, part: str) -> None:
    """Let what protects an account be of a time when it cost less, or under an older pepper."""
    now, settings.ARGON2 = settings.ARGON2, CHEAP
    if "pepper" in part:
        settings.PEPPERS = [OLD_PEPPER, PEPPER]
    hashed, wrap = user.password, UserWrap.objects.get(kind=WrapKind.PASSWORD)
    passwords.set_password(
        user, wrap.user_key, passwords.open_secret(user, PASSWORD), PASSWORD, at=AT
    )
    if part == "bundle":
        user.password = hashed
        user.save(update_fields=["password"])
    if part == "hash":
        UserWrap.objects.filter(kind=WrapKind.PASSWORD).update(blob=wrap.blob)
        UserWrap.objects.filter(kind=WrapKind.PASSWORD).update(credential=wrap.credential)
    settings.ARGON2, settings.PEPPERS = now, [PEPPER, OLD_PEPPER]


@pytest.mark.parametrize("password", [PASSWORD, OTHER])
@pytest.mark.parametrize(
    ("part", "is_closed"),
    [
        *((part, False) for part in ("hash", "bundle", "hash and bundle", "all and pepper", "")),
        *((part, True) for part in ("hash and bundle", "")),
    ],
)
def test_an_older_account_and_an_unknown_one_do_the_work_of_todays(
    settings, runs, part, password, is_closed
):
    settings.ARGON2 = CHEAP | {"passes": 3}
    today = settings.ARGON2["memory_kib"] * settings.ARGON2["passes"]
    amal = make_person("amal")
    if part:
        older(amal.user, settings, part)
    if is_closed:
        User.objects.update(is_active=False, suspended_at=AT)
    done = []
    for email in (amal.user.email, "nobody@demo.example"):
        runs.clear()
        with suppress(VaultRefusal):
            authentication.begin(email, password, browser=BROWSER, at=AT)
        done.append(sum(runs))

    # Only the right password of an open account is protected anew: the answer says the rest.
    is_renewed = part != "" and password == PASSWORD and not is_closed
    assert done == [2 * today + 2 * today * is_renewed, 2 * today]


@pytest.mark.parametrize(
    ("memory", "passes", "spent", "runs"),
    [
        (64, 3, [(64, 3), (64, 3)], []),
        (64, 3, [], [(64, 6)]),
        (64, 3, [(64, 3)], [(64, 3)]),
        (64, 4, [(64, 3), (64, 3)], [(64, 2)]),
        (128, 3, [(64, 3), (64, 3)], [(128, 3)]),
        (32, 1, [(19, 1), (19, 1)], [(26, 1)]),
        (64, 10, [], [(64, 10), (64, 10)]),
        (64, 10, [(19, 1), (64, 10)], [(62, 10)]),  # 621: a kibibyte is missing
        (64, 3, [(62, 3), (62, 3)], [(19, 1)]),  # 12 are missing: 19 are nearer than none
        (64, 3, [(63, 3), (63, 3)], []),  # 6: none is nearer
        (64, 3, [(256, 3), (256, 3)], []),  # an older one that cost more stays dearer
    ],
)
def test_what_is_missing_is_done_in_the_fewest_runs_of_todays_memory(
    settings, memory, passes, spent, runs
):
    settings.ARGON2 = {"memory_kib": memory * 1024, "passes": passes, "lanes": 1}
    given = [Kdf(ARGON2ID, size * 1024, times, 1) for size, times in spent]

    missing = missing_argon2_runs(given)

    assert [(run.memory // 1024, run.passes) for run in missing] == runs
    assert all(run.is_bounded() for run in missing)
