"""Called beside a server: an information session that is over, its counts, and who has a link."""

from typing import Any
from uuid import uuid4


def plan_session(email: str, language: str) -> str:
    """Make a session of a school whose people are not counted yet, and invite a coordinator."""
    from datetime import timedelta

    from protect.kernel import clock
    from protect.orgs import actions as orgs
    from protect.outreach.enums import RequestState, Setting
    from protect.outreach.models import InformationSession, SessionRequest
    from tests.vault.signing import make_team

    at, office = clock.now(), make_team(f"Demo {email}").organisation
    request = SessionRequest.objects.create(
        **where(language),
        code=uuid4().hex[:8].upper(),
        organisation=office,
        setting=Setting.SCHOOL,
        asker="Demo School",
        class_level="secondary_1_3",
        state=RequestState.SCHEDULED,
        received_at=at,
        moved_at=at,
        token_hash=uuid4().hex,
        sent_key=uuid4(),
    )
    session = InformationSession.objects.create(
        request=request,
        numbered_in=request.pk,
        number=1,
        kind="school",
        count_mode="headcount",
        starts_at=at - timedelta(hours=3),
        ends_at=at - timedelta(hours=1),
        zone="Europe/Brussels",
    )
    orgs.invitations.create_and_send(
        orgs.OfferedRole(office, None, "coordinator"),
        by=None,
        email=email,
        language=language,
        at=at,
    )
    return str(session.pk)


def where(language: str) -> dict[str, Any]:
    """Return the place of a request and the language of its mail, made where they are missing."""
    from protect.reference.models import Area, Country, Language, Place

    tongue, _ = Language.objects.get_or_create(code=language)
    country, _ = Country.objects.get_or_create(code="BE")
    area = {"country": country, "level": 1, "name": "Demo area", "short": "dmarea"}
    demo_area, _ = Area.objects.get_or_create(code="DEMO", defaults=area)
    town = {
        "country": country,
        "area": demo_area,
        "name": "Demo town",
        "short": "dmtown",
        "zone": "Europe/Brussels",
        "latitude": 50.6,
        "longitude": 5.5,
    }
    place, _ = Place.objects.get_or_create(pk=1, defaults=town)
    return {"country": country, "place": place, "contact_language": tongue}


def counts(session: str) -> str:
    """Return what the database has of a session: each number, with its revision."""
    from protect.outreach.models import HeadCount

    rows = HeadCount.objects.filter(session=session).order_by("revision", "band", "sex")
    return "".join(f"{row.revision} {row.band} {row.sex} {row.n}\n" for row in rows)


def book_by_link(session: str, language: str) -> str:
    """Book an ambassador without an account; return the address of their bookings."""
    from protect.audit.context import AuditContext
    from protect.kernel import clock
    from protect.orgs.models import User
    from protect.outreach.models import InformationSession
    from protect.trainings.base.links import public_address
    from protect.trainings.scheduling.actions import mail
    from protect.trainings.scheduling.actions.mail import Link
    from tests.outreach.requests import make_ambassador

    found, at = InformationSession.objects.get(pk=session), clock.now()
    office = found.request.organisation
    supervisor = User.objects.create(email=f"{uuid4().hex}@demo.example", created=at)
    sami = make_ambassador(office, supervisor)
    found.bookings.create(
        resource=sami,
        role="ambassador",
        state="accepted",
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        created=at,
    )
    token = mail.activate_link(
        sami, Link.PAGE, audit=AuditContext(at=at, actor=None, organisation=office.pk)
    )
    return public_address("open:own_bookings", token, tag=language)


def end_sessions(email: str) -> None:
    """End the sign-ins of an account, as a night does."""
    from protect.vault.models import UnlockSession

    UnlockSession.objects.filter(user__email=email).delete()


def main(verb: str, *arguments: str) -> str | None:
    verbs = {"plan": plan_session, "counts": counts, "link": book_by_link, "end": end_sessions}
    return verbs[verb](*arguments)
