"""Called before a server starts: invites people to a team, by mail that waits."""

PEOPLE = 150  # of each language: one worker may run all journeys
LANGUAGES = ("en", "ar")


def main() -> None:
    from protect.kernel import clock
    from protect.orgs import actions as orgs
    from protect.orgs.access import scope_for
    from protect.orgs.enums import MembershipState
    from protect.orgs.models import User
    from tests.vault.signing import join, make_team

    team = make_team()
    host = User.objects.create_user("host@demo.example")
    join(host, team, "supervisor", MembershipState.ACTIVE)
    place, scope = orgs.OfferedRole(team.organisation, team, "caseworker"), scope_for(host.pk)
    for language in LANGUAGES:
        for n in range(PEOPLE):
            email = f"{language}{n}@demo.example"
            orgs.invite(scope, place, email=email, language=language, at=clock.now())
