"""Called beside a server: an office that keeps a directory, one entry in it, and its invitations.

People who are invited are given as verifier=vito1@demo.example.
"""

COUNTRY = "BE"
NAME = "Demo line of"
NUMBER = "+3220000001"


def main(email: str, *invited: str) -> None:
    """Make an entry that is in review and waits to be checked; its mail goes to `email`."""
    from protect.directory.enums import Status
    from protect.directory.models import DirectoryVersion, Organisation, Service
    from protect.kernel import clock
    from protect.kernel.ids import short_code, stable_uuid
    from protect.orgs import actions as orgs
    from protect.reference.models import Category, Country, Language
    from protect.verification.enums import QueueReason
    from protect.verification.queue.queue import enqueue
    from tests.vault.signing import make_team

    at = clock.now()
    Language.objects.get_or_create(code="en")
    country, _ = Country.objects.get_or_create(code=COUNTRY)
    category, _ = Category.objects.get_or_create(code="psychosocial")
    DirectoryVersion.objects.get_or_create(pk=1)
    key = stable_uuid("service", "browser", email)
    record = {"source": "browser", "source_id": email, "last_modified": at, "country": country}
    house = Organisation.objects.create(**record, name="Demo House")
    service = Service.objects.create(
        **record,
        id=key,
        short=short_code("service", str(key)),
        organisation=house,
        name=f"{NAME} {email.partition('@')[0]}",
        status=Status.REVIEW,
        email=email,
    )
    service.categories.add(category)
    service.phones.create(number=NUMBER)
    service.costs.create(kind="free")
    enqueue(service, QueueReason.UNVERIFIED, at=at)
    office = make_team(f"Demo {email}").organisation
    for each in invited:
        role, _sign, address = each.partition("=")
        orgs.invitations.create_and_send(
            orgs.OfferedRole(office, None, role), by=None, email=address, language="en", at=at
        )
