"""Called beside a server: founds an organisation and invites its first administrator by mail."""


def main(name: str, email: str, language: str) -> None:
    from protect.kernel import clock
    from protect.orgs import actions as orgs
    from protect.orgs.access import scope_for
    from protect.orgs.enums import MembershipState
    from protect.orgs.models import Membership, User
    from tests.vault.signing import make_team

    at = clock.now()
    organisation = make_team(name).organisation
    organisation.teams.all().delete()  # the administrator founds the first one
    host = User.objects.create_user(f"host-of-{email}", name="Demo Host")
    place = {"organisation": organisation, "role": "organisation_admin", "created": at}
    Membership.objects.create(user=host, state=MembershipState.ACTIVE, admitted_at=at, **place)
    wanted = orgs.OfferedRole(organisation, None, "organisation_admin")
    orgs.invite(scope_for(host.pk), wanted, email=email, language=language, at=at)
