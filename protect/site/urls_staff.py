"""What localhost (the demo) and PROTECT_STAFF_HOSTS serve: the desk, for people who sign in."""

from django.urls import URLPattern, URLResolver, include, path

from protect.site.desk import desk_file, home, keys
from protect.site.zones import with_own_rows

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("keys", keys, name="keys"),
    path("assets/<str:name>", desk_file, name="desk_file"),
    path("", include("protect.orgs.urls")),
    path("", include("protect.vault.urls")),
    path("", include("protect.directory.urls")),
    path("", include("protect.matching.urls")),
    path("", include("protect.verification.urls")),
    path("", include("protect.interchange.urls")),
    path("", include("protect.trainings.urls")),
    path("", include("protect.assessments.urls.desk")),
    path("", include("protect.certificates.urls.desk")),
    path("", include("protect.outreach.urls.desk")),
    path("", include("protect.findhelp.posters.urls")),
]
with_own_rows(urlpatterns)
handler400 = "protect.site.refusals.pages.desk_400"
handler403 = "protect.site.refusals.pages.desk_403"
handler404 = "protect.site.refusals.pages.desk_404"
handler500 = "protect.site.refusals.pages.failed"
