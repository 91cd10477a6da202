"""Run as a program, before a server starts: makes an account, and prints the seed of its app."""

import sys
from datetime import timedelta

import django
from django.db import transaction


def make_owner() -> str:
    from protect.kernel import clock
    from tests.vault.signing import make_person

    with transaction.atomic():  # as a request brings it
        return make_person("amal", at=clock.now() - timedelta(hours=1)).seed.hex()


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(make_owner())
