"""The peppers of this server and the cost of an Argon2id run, both from the settings."""

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
from protect.vault.formats.credentials.peppers import LAST_PEPPER_NUMBER, Peppers
from protect.vault.formats.credentials.stretch import ARGON2ID, MEMORY_BOUNDS, PASSES_BOUNDS, Kdf
from protect.vault.formats.credentials.userwrap import parse_header
from protect.vault.models import BadgeKey, TotpDevice, UserWrap

PEPPER_ID_BYTES = 4  # of a SHA-256 hash; the hash of a passphrase names its pepper by this id


def pepper_id(raw: bytes) -> bytes:
    """Return the four-byte id of a pepper; it reveals nothing about the pepper."""
    return hashlib.sha256(raw).digest()[:PEPPER_ID_BYTES]


def pepper_number(raw: bytes) -> int:
    """Return the one-byte number, 1 to 255, by which a bundle names its pepper."""
    return 1 + int.from_bytes(pepper_id(raw), "big") % LAST_PEPPER_NUMBER


def load_peppers() -> Peppers:
    """Return this server's peppers; the newest one seals. Errors: pepper_missing without any.
    ImproperlyConfigured when two share a number: the operator must make another one."""
    raw_peppers = settings.PEPPERS
    if not raw_peppers:
        raise errors.VaultRefusal("pepper_missing")
    by_number = {pepper_number(raw): secrets.Pepper(raw) for raw in raw_peppers}
    if len(by_number) != len(set(raw_peppers)):
        raise ImproperlyConfigured("two peppers have one number: replace the newest by another")
    return Peppers(pepper_number(raw_peppers[0]), by_number)


def find_pepper(hexadecimal_id: str) -> secrets.Pepper:
    """Return the pepper with a hexadecimal id. Errors: pepper_missing."""
    for raw in settings.PEPPERS:
        if pepper_id(raw).hex() == hexadecimal_id:
            return secrets.Pepper(raw)
    raise errors.VaultRefusal("pepper_missing")


def newest_pepper_id() -> str:
    """Return the hexadecimal id of the pepper that seals now. Errors: pepper_missing."""
    if not settings.PEPPERS:
        raise errors.VaultRefusal("pepper_missing")
    return pepper_id(settings.PEPPERS[0]).hex()


@contextmanager
def refuse_missing_pepper() -> Iterator[None]:
    """Turn PepperMissing inside this block into the refusal pepper_missing."""
    try:
        yield
    except damage.PepperMissing:
        raise errors.VaultRefusal("pepper_missing") from None


def argon2_cost() -> Kdf:
    """Return the Argon2id cost for password hashes and bundles, from the settings.
    Errors: ImproperlyConfigured for a cost outside the bounds of the format."""
    parameters = settings.ARGON2
    kdf = Kdf(ARGON2ID, parameters["memory_kib"], parameters["passes"], parameters["lanes"])
    if not kdf.is_bounded():
        raise ImproperlyConfigured("ARGON2 is outside the bounds of the vault's formats")
    return kdf


def argon2_work(kdf: Kdf) -> int:
    """Return the work of an Argon2id run. Units: KiB of memory, times passes."""
    return kdf.memory * kdf.passes


def missing_argon2_runs(finished_runs: Iterable[Kdf]) -> list[Kdf]:
    """Return the runs that bring the finished ones up to the work of two runs at current cost, so
    that the time of a sign-in does not tell which runs it needed. No run takes more memory than
    the current cost or less than the lower bound, so the total may be off by half that bound."""
    current_cost, runs = argon2_cost(), []
    work_left = 2 * argon2_work(current_cost) - sum(map(argon2_work, finished_runs))
    while 2 * work_left > MEMORY_BOUNDS[0]:
        passes = min(PASSES_BOUNDS[1], -(-work_left // current_cost.memory))
        memory = min(current_cost.memory, max(MEMORY_BOUNDS[0], work_left // passes))
        runs.append(Kdf(ARGON2ID, memory, passes, current_cost.lanes))
        work_left -= memory * passes
    return runs


def count_people_by_pepper() -> dict[int, int]:
    """Return how many members still need each pepper, by its line in the pepper file. Line 1 is the
    newest; 0 stands for peppers that the file lacks: their users cannot sign in. A user counts once
    for each pepper under which their password hash, bundle or authenticator app was stored."""
    people = Membership.objects.live().values("user")
    lines_by_number = {pepper_number(raw): line for line, raw in enumerate(settings.PEPPERS, 1)}
    lines_by_id = {pepper_id(raw).hex(): line for line, raw in enumerate(settings.PEPPERS, 1)}
    people_and_lines: set[tuple[UUID, int]] = set()
    bundles = UserWrap.objects.filter(kind=enums.WrapKind.PASSWORD, user_key__user__in=people)
    for user, blob in bundles.order_by("pk").values_list("user_key__user", "blob"):
        people_and_lines.add((user, lines_by_number.get(parse_header(bytes(blob)).pepper, 0)))
    apps = TotpDevice.objects.filter(user__in=people).order_by("pk").values_list("user", "pepper")
    people_and_lines |= {(user, lines_by_number.get(number, 0)) for user, number in apps}
    hashes = User.objects.filter(pk__in=people).order_by("pk").values_list("pk", "password")
    for user, password_hash in hashes:
        if is_password_usable(password_hash):
            people_and_lines.add((user, lines_by_id.get(password_hash.split("$")[1], 0)))
    counts = Counter(line for _, line in people_and_lines)
    return {line: counts[line] for line in range(len(settings.PEPPERS) + 1)}


def count_badge_keys_by_pepper() -> dict[int, int]:
    """Return how many certificate keys need each pepper, by file line; line 0: not in the file."""
    lines_by_number = {pepper_number(raw): line for line, raw in enumerate(settings.PEPPERS, 1)}
    sealed = BadgeKey.objects.filter(pepper__isnull=False).order_by("pk")
    numbers = (number or 0 for number in sealed.values_list("pepper", flat=True))
    counts = Counter(lines_by_number.get(number, 0) for number in numbers)
    return {line: counts[line] for line in range(len(settings.PEPPERS) + 1)}
