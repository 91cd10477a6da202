from argparse import ArgumentParser
from functools import partial
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from protect.kernel import clock
from protect.orgs.access import get_row
from protect.orgs.models import Organisation
from protect.vault.errors import VaultRefusal
from protect.vault.models import BadgeKey
from protect.vault.server_keys import badge_keys

COMMAND_HELP = {
    "list": "print every key: organisation, id, state, public half",
    "make": "give an organisation a new key; the one before is retired with it",
    "confirm": "write a key into the ledger again, after the ledger was lost",
    "retire": "end a key: what it signed stays valid, unless it is distrusted",
    "reseal": "seal every seed under the newest pepper",
}


class Command(BaseCommand):
    help = "Keep the keys that organisations sign certificates with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        parsers = {name: steps.add_parser(name, help=text) for name, text in COMMAND_HELP.items()}
        parsers["make"].add_argument("organisation", type=UUID, metavar="ORGANISATION")
        parsers["confirm"].add_argument("key", type=UUID, metavar="KEY")
        parsers["confirm"].add_argument(
            "public", metavar="PUBLIC", help="its public half, from a certificate downloaded before"
        )
        parsers["retire"].add_argument("key", type=UUID, metavar="KEY")
        parsers["retire"].add_argument(
            "--distrust", action="store_true", help="another person may have held it"
        )

    def handle(self, *, step: str, **options: Any) -> None:
        getattr(self, step)(**options)  # `step` is a key of COMMAND_HELP

    def list(self, **options: Any) -> None:
        for key in BadgeKey.objects.order_by("organisation", "created", "pk"):
            self.stdout.write(f"{key.organisation_id} {key.pk} {badge_key_state(key)} {key.public}")

    def make(self, *, organisation: UUID, **options: Any) -> None:
        missing = partial(VaultRefusal, "badge_key_unknown")
        owner = get_row(Organisation.objects.active(), missing, pk=organisation)
        key = badge_keys.make_key_as_operator(owner, at=clock.now())
        self.stdout.write(f"{key.pk} {key.controller}#{key.public}")

    def confirm(self, *, key: UUID, public: str, **options: Any) -> None:
        """Write a key into the ledger again, after the ledger was lost."""
        badge_key = _get_badge_key(key)
        badge_keys.confirm_key_as_operator(badge_key, public, at=clock.now())
        self.stdout.write(f"{badge_key.pk} {badge_key_state(badge_key)}")

    def retire(self, *, key: UUID, distrust: bool, **options: Any) -> None:
        row, at = _get_badge_key(key), clock.now()
        retired_key = badge_keys.retire_key_as_operator(row, at=at, distrust=distrust)
        self.stdout.write(f"{retired_key.pk} {badge_key_state(retired_key)}")

    def reseal(self, **options: Any) -> None:
        self.stdout.write(f"resealed {badge_keys.reseal_seeds()}")


def _get_badge_key(key_id: UUID) -> BadgeKey:
    """Return the key with this id. Errors: badge_key_unknown."""
    return get_row(BadgeKey.objects.all(), partial(VaultRefusal, "badge_key_unknown"), pk=key_id)


def badge_key_state(key: BadgeKey) -> str:
    if not badge_keys.is_confirmed(key):
        return "unknown-to-ledger"
    if key.distrusted_at:
        return "distrusted"
    return "retired" if key.retired_at else "active"
