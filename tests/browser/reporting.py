"""Called beside a server: an office with people, and one entry that the public sees."""


def main(email: str, *invited: str) -> str:
    """Make the entry of `listing`, show it to the public, and return its short code."""
    from protect.directory.changes import raise_version
    from protect.directory.enums import Status
    from protect.directory.models import Service
    from protect.kernel import clock
    from tests.browser.listing import main as list_entry

    list_entry(email, *invited)
    service = Service.objects.get(source="browser", source_id=email)
    service.status, service.released_at = Status.PUBLISHED, clock.now()
    service.save(update_fields=["status", "released_at"])
    raise_version()
    return service.short
