"""The peppers of this server, and what a guess must cost here. Both come from the settings."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import is_password_usable
from django.core.exceptions import ImproperlyConfigured

from protect.orgs.models import Membership, User
from protect.vault import enums, errors
from protect.vault.formats import errors as damage, secrets
from protect.vault.formats.credentials.peppers import LAST, Peppers
from protect.vault.formats.credentials.stretch import ARGON2ID, MEMORY_KIB, PASSES, Kdf
from protect.vault.formats.credentials.userwrap import head_of
from protect.vault.models import BadgeKey, TotpDevice, UserWrap

ID_BYTES = 4


def pepper_id(raw: bytes) -> bytes:
    """Return the four bytes by which a pepper is known: they say nothing about it."""
    return hashlib.sha256(raw).digest()[:ID_BYTES]


def number_of(raw: bytes) -> int:
    """Return the number, 1 to 255, under which a pepper stands in a bundle of one byte."""
    return 1 + int.from_bytes(pepper_id(raw), "big") % LAST


def peppers() -> Peppers:
    """Return the peppers that this server was given; the newest seals. Errors: pepper_missing when
    there is none. ImproperlyConfigured for two under one number: make another one instead."""
    raw_peppers = settings.PEPPERS
    if not raw_peppers:
        raise errors.VaultRefusal("pepper_missing")
    by_number = {number_of(raw): secrets.Pepper(raw) for raw in raw_peppers}
    if len(by_number) != len(set(raw_peppers)):
        raise ImproperlyConfigured("two peppers have one number: replace the newest by another")
    return Peppers(number_of(raw_peppers[0]), by_number)


def pepper_of(name: str) -> secrets.Pepper:
    """Return the pepper of an id in hexadecimal digits. Errors: pepper_missing."""
    for raw in settings.PEPPERS:
        if pepper_id(raw).hex() == name:
            return secrets.Pepper(raw)
    raise errors.VaultRefusal("pepper_missing")


def newest() -> str:
    """Return the hexadecimal id of the pepper that seals now. Errors: pepper_missing."""
    if not settings.PEPPERS:
        raise errors.VaultRefusal("pepper_missing")
    return pepper_id(settings.PEPPERS[0]).hex()


@contextmanager
def needing_pepper() -> Iterator[None]:
    """Turn the lack of a pepper inside this block into the refusal that stops sign-in."""
    try:
        yield
    except damage.PepperMissing:
        raise errors.VaultRefusal("pepper_missing") from None


def cost() -> Kdf:
    """Return what one run of Argon2id costs: for a password's hash and for its bundle alike.
    Errors: ImproperlyConfigured for a cost outside the bounds of the format."""
    parameters = settings.ARGON2
    kdf = Kdf(ARGON2ID, parameters["memory_kib"], parameters["passes"], parameters["lanes"])
    if not kdf.is_bounded():
        raise ImproperlyConfigured("ARGON2 is outside the bounds of the vault's formats")
    return kdf


def work_of(kdf: Kdf) -> int:
    """Return what a run costs. Units: KiB of memory, times passes."""
    return kdf.memory * kdf.passes


def missing_work(spent: Iterable[Kdf]) -> list[Kdf]:
    """Return the runs that bring what was spent to the work of two runs at today's cost.
    They take no more memory than today's. A run cannot be smaller than its lower bound, so the sum
    may miss by half of that: the cost of the nearest."""
    today, runs = cost(), []
    left = 2 * work_of(today) - sum(map(work_of, spent))
    while 2 * left > MEMORY_KIB[0]:
        passes = min(PASSES[1], -(-left // today.memory))
        memory = min(today.memory, max(MEMORY_KIB[0], left // passes))
        runs.append(Kdf(ARGON2ID, memory, passes, today.lanes))
        left -= memory * passes
    return runs


def in_use() -> dict[int, int]:
    """Return how many people with a place still need each pepper, by its line in the file.
    Lines count from 1, the newest; 0 stands for peppers that are not in the file: who needs one of
    those cannot sign in. Each person counts once for each pepper that their password, their bundle
    or their app was made with."""
    people = Membership.objects.live().values("user")
    lines = {number_of(raw): line for line, raw in enumerate(settings.PEPPERS, 1)}
    names = {pepper_id(raw).hex(): line for line, raw in enumerate(settings.PEPPERS, 1)}
    lines_of_people: set[tuple[UUID, int]] = set()
    bundles = UserWrap.objects.filter(kind=enums.WrapKind.PASSWORD, user_key__user__in=people)
    for user, blob in bundles.order_by("pk").values_list("user_key__user", "blob"):
        lines_of_people.add((user, lines.get(head_of(bytes(blob)).pepper, 0)))
    apps = TotpDevice.objects.filter(user__in=people).order_by("pk")
    lines_of_people |= {
        (user, lines.get(number, 0)) for user, number in apps.values_list("user", "pepper")
    }
    hashes = User.objects.filter(pk__in=people).order_by("pk").values_list("pk", "password")
    for user, encoded in hashes:
        if is_password_usable(encoded):
            lines_of_people.add((user, names.get(encoded.split("$")[1], 0)))
    counted = Counter(line for _, line in lines_of_people)
    return {line: counted[line] for line in range(len(settings.PEPPERS) + 1)}


def seeds_in_use() -> dict[int, int]:
    """Return how many keys for certificates still need each pepper, by lines as `in_use` does."""
    lines = {number_of(raw): line for line, raw in enumerate(settings.PEPPERS, 1)}
    sealed = BadgeKey.objects.filter(pepper__isnull=False).order_by("pk")
    numbers = (number or 0 for number in sealed.values_list("pepper", flat=True))
    counted = Counter(lines.get(number, 0) for number in numbers)
    return {line: counted[line] for line in range(len(settings.PEPPERS) + 1)}
