"""Called beside a server: shows an entry to the public, checked yesterday, in three languages."""

from datetime import timedelta

SPOKEN = ("ar", "ti", "fr")


def main(email: str) -> None:
    """Publish the entry with this mail as if two people had called it."""
    from django.db import transaction

    from protect.directory.changes import raise_version
    from protect.directory.enums import Fact, Method, Status, Verdict
    from protect.directory.models import Service
    from protect.kernel import clock
    from protect.reference.models import Language

    at = clock.now()
    with transaction.atomic():  # else the server could read the half of it
        raise_version()
        service = Service.objects.get(email=email)
        service.status, service.released_at, service.last_modified = Status.PUBLISHED, at, at
        service.save()
        # Those of other tests have the same number: a poster would print it once, for one of them.
        others = Service.objects.filter(email__startswith="entry-", status=Status.PUBLISHED)
        others.exclude(pk=service.pk).update(status=Status.SUSPENDED, last_modified=at)
        for tag in SPOKEN:
            language, _ = Language.objects.get_or_create(code=tag)
            service.languages.create(language=language)
        made = at - timedelta(days=1)
        for fact in (Fact.PHONE, Fact.LANGUAGES):
            service.checks.create(
                fact=fact,
                verdict=Verdict.CONFIRMED,
                method=Method.CALL,
                at=made,
                next_check=made + timedelta(days=60),
            )
