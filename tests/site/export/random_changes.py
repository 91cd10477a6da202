"""Changes of the directory of Malta, drawn at random and written as the desk would, without the
desk. `python -m tests.site.export.random_changes ISO-INSTANT SEED COUNT` prints each."""

import os
import random
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

type Change = Callable[[Any, random.Random, datetime], object]


def change_number(service, draw, at):
    phone = service.phones.order_by("pk").first()
    if phone is not None:
        phone.number = f"{phone.number[:-2]}{draw.randrange(100):02}"
        phone.save()


def rename(service, draw, at):
    service.name = f"{service.name[:200]} {draw.randrange(100)}"


def hide_or_show(service, draw, at):
    service.status = "draft" if service.status == "published" else "published"


def change_hours(service, draw, at):
    hours = draw.choice(
        ("24/7", "Mo-Fr 08:00-16:00", "Mo-Su 09:00-20:00; PH off", "We 10:00-12:00")
    )
    service.schedules.filter(channel="phone").update(expression=hours)


def change_categories(service, draw, at):
    category = service.categories.order_by("?").first()
    if category is not None and service.categories.count() > 1:
        service.categories.remove(category)


def check_number(service, draw, at):
    """Record a check that is due in some hours or days, so that it ages in a later round."""
    if service.phones.exists():
        due = at + timedelta(hours=draw.choice((3, 30, 300)))
        service.checks.create(
            fact="phone", verdict="confirmed", method="call", at=at, next_check=due
        )


CHANGES: tuple[Change, ...] = (
    *(change_number, rename, hide_or_show),
    *(change_hours, change_categories, check_number),
)


def change_at_random(at: datetime, seed: int, count: int) -> None:
    from django.db import transaction

    from protect.directory.changes import raise_version
    from protect.directory.models import Service

    draw = random.Random(seed)
    ids = sorted(Service.objects.filter(country="MT").values_list("pk", flat=True))
    for _ in range(count):
        with transaction.atomic():
            raise_version()
            service = Service.objects.get(pk=draw.choice(ids))
            change = draw.choice(CHANGES)
            change(service, draw, at)
            service.last_modified = at + timedelta(seconds=draw.randrange(60))
            service.version += 1
            service.save()
        print(change.__name__, service.name)  # noqa: T201


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
    import django

    django.setup()
    change_at_random(datetime.fromisoformat(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
