"""URLs of the programme's own site, on PROTECT_PROGRAMME_HOSTS (demo: programme.localhost). It has
public pages of trainings, too, so that none of its pages leads to find-help."""

from collections.abc import Iterable

from django.urls import URLPattern, URLResolver, include, path

from protect.outreach.urls import public as outreach
from protect.site import desk, zones
from protect.site.server.ready import ready
from protect.trainings import urls_public as trainings

TRAINING_PAGES = {"language_choice", "edition_calendar", "edition", "edition_apply"}
REQUEST_PAGES = {"request_ask", "request"}


def _patterns_named(
    patterns: Iterable[URLPattern | URLResolver], names: set[str]
) -> list[URLPattern | URLResolver]:
    return [row for row in patterns if isinstance(row, URLPattern) and row.name in names]


urlpatterns: list[URLPattern | URLResolver] = [
    path("ready", ready, name="ready"),
    path("assets/<str:name>", desk.serve_asset, name="desk_file"),
    path("", include((_patterns_named(trainings.urlpatterns, TRAINING_PAGES), "open"))),
    path("", include((_patterns_named(outreach.urlpatterns, REQUEST_PAGES), "open_outreach"))),
    path("", include("protect.programme.urls.public")),
]
zones.disable_transactions(urlpatterns)  # text pages must work while the database is away
handler400 = "protect.programme.views.enquiry_form.bad_request"
handler403 = "protect.site.refusals.pages.open_404"
handler404 = "protect.site.refusals.pages.open_404"
handler500 = "protect.site.refusals.pages.failed"
