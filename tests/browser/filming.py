"""Called beside a server: makes the campaign of a film, makes waiting films, releases texts."""

from datetime import date


def main(action: str, email: str = "") -> str:
    """Do what a test asks for; return the path of the material's page for `plan`."""
    return {"plan": _plan, "make": _make, "release": _release}[action](email)


def _plan(email: str) -> str:
    """Make a campaign with a film and a printed poster for the user with this address."""
    from protect.campaigns.base.enums import CopySource, MaterialKind
    from protect.campaigns.distribution import actions as log
    from protect.campaigns.distribution.actions import Given
    from protect.campaigns.materials.actions import create_material
    from protect.campaigns.plans.actions import create_campaign
    from protect.kernel import clock
    from protect.orgs import access
    from protect.orgs.enums import Permission
    from protect.orgs.models import Organisation, User
    from tests.campaigns.campaigners import (
        Campaigners,
        campaign_values,
        make_file,
        material_values,
    )

    at, user = clock.now(), User.objects.get(email=email)
    scope = access.scope_for(user.pk)
    (office,) = scope.organisations_where(Permission.RUN_CAMPAIGNS)
    organisation = Organisation.objects.get(pk=office)
    code, country = f"demo-{user.pk.hex[:8]}", organisation.country
    values = campaign_values(country_id=country)
    campaign = create_campaign(scope, office, code, values, at=at)
    values = material_values(
        campaign=campaign, kind=MaterialKind.FILM, template="", title="Demo film of the campaign"
    )
    film = create_material(scope, office, code, values, at=at)
    poster = create_material(scope, office, f"{code}-p", material_values(campaign=campaign), at=at)
    cast = Campaigners(organisation, organisation, {"nela": user})
    file = make_file(cast, poster, country_id=country)
    file.numbers.all().delete()  # the server knows none, and copies with a wrong one are not sent
    log.record_run(scope, file, CopySource.PRINTED, 10, date(2026, 12, 1), at=at)
    log.distribute(scope, file, Given(4, date(2026, 12, 1), "Demo centre"), at=at)
    return f"/materials/{film.pk}|/materials/files/{file.pk}|{code}"


def _make(_email: str) -> str:
    """Make the films that wait, as `protect worker` does."""
    from protect.campaigns.films.actions import make_film
    from protect.campaigns.films.models import Film

    films = [make_film(pk) for pk in Film.objects.values_list("pk", flat=True)]
    return ",".join(film.state for film in films if film)


def _release(_email: str) -> str:
    """Release the texts in English and French, as the platform does."""
    from protect.audit.context import AuditContext
    from protect.content.releases.actions import release_languages
    from protect.kernel import clock

    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    release_languages(["en", "fr"], audit)
    return ""
