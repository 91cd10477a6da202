"""Called beside a server: an office that answers requests for sessions; lets a session pass."""

from datetime import timedelta


def invite(language: str, *people: str) -> None:
    """Make an office and invite people to it, each in a role."""
    from protect.kernel import clock
    from protect.orgs import actions as orgs
    from tests.vault.signing import make_team

    office = make_team(f"Demo {people[0].partition('=')[2]}").organisation
    for role, email in (each.split("=") for each in people):
        place = orgs.OfferedRole(office, None, role)
        orgs.invitations.create_and_send(
            place, by=None, email=email, language=language, at=clock.now()
        )


def book(account: str, address: str, language: str) -> None:
    """Let somebody with an account, and somebody with an address alone, be asked to speak."""
    from protect.orgs.models import Organisation, User
    from tests.outreach.requests import make_ambassador

    user = User.objects.get(email=account)
    office = Organisation.objects.get(memberships__user=user)
    make_ambassador(office, user, user)
    other = make_ambassador(office, user)
    other.email, other.mail_language_id = address, language
    other.save(update_fields=["email", "mail_language"])
    other.languages.set(["fr", "ar"])  # those that the request asks for


def let_pass(contact: str) -> str:
    """Put the session that somebody asked for, and who is booked, into the hours before now."""
    from protect.kernel import clock
    from protect.outreach.models import InformationSession

    session = InformationSession.objects.get(request__contact_email=contact)
    session.ends_at = clock.now() - timedelta(minutes=30)
    session.starts_at = session.ends_at - timedelta(hours=2)
    session.save(update_fields=["starts_at", "ends_at"])
    session.bookings.update(starts_at=session.starts_at, ends_at=session.ends_at)
    return str(session.pk)


def main(verb: str, *arguments: str) -> str | None:
    return {"invite": invite, "book": book, "pass": let_pass}[verb](*arguments)
