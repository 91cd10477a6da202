"""Called beside a server: an office in a country, and the mailed invitation of its moderator."""

from protect.kernel import clock
from protect.orgs import actions as orgs
from tests.vault.signing import make_team


def main(country: str, email: str, language: str) -> None:
    """Invite a coordinator, who decides on reports about services of a country and edits them."""
    office = make_team(f"Demo moderators of {email}").organisation
    office.country = country
    office.save(update_fields=["country"])
    place = orgs.OfferedRole(office, None, "coordinator")
    orgs.invitations.create_and_send(place, by=None, email=email, language=language, at=clock.now())
