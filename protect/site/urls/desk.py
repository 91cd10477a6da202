"""URLs of the desk, for staff who sign in: served on PROTECT_STAFF_HOSTS (demo: localhost)."""

from django.urls import URLPattern, URLResolver, include, path

from protect.site.desk import home, keyboard_shortcuts, serve_asset
from protect.site.zones import restrict_to_own_rows

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("keys", keyboard_shortcuts, name="keys"),
    path("assets/<str:name>", serve_asset, name="desk_file"),
    path("", include("protect.orgs.urls")),
    path("", include("protect.vault.urls")),
    path("", include("protect.directory.urls")),
    path("", include("protect.matching.urls")),
    path("", include("protect.verification.urls")),
    path("", include("protect.interchange.urls")),
    path("", include("protect.content.urls")),
    path("", include("protect.trainings.urls")),
    path("", include("protect.assessments.urls.desk")),
    path("", include("protect.certificates.urls.desk")),
    path("", include("protect.outreach.urls.desk")),
    path("", include("protect.programme.urls.desk")),
    path("", include("protect.campaigns.urls")),
    path("", include("protect.coordination.urls")),
    path("", include("protect.findhelp.posters.urls")),
]
restrict_to_own_rows(urlpatterns)
handler400 = "protect.site.refusals.pages.desk_400"
handler403 = "protect.site.refusals.pages.desk_403"
handler404 = "protect.site.refusals.pages.desk_404"
handler500 = "protect.site.refusals.pages.failed"
