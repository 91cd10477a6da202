"""Public URLs: find-help, trainings and APIs, on PROTECT_PUBLIC_HOSTS (demo: 127.0.0.1)."""

from django.urls import include, path

from protect.site import api, desk, zones
from protect.site.server.ready import ready

urlpatterns = [
    path("ready", ready, name="ready"),
    path("", include("protect.findhelp.urls")),
    path("assets/<str:name>", desk.serve_asset, name="desk_file"),
    path("", include("protect.trainings.urls_public")),
    path("", include("protect.assessments.urls.public")),
    path("", include("protect.certificates.urls.public")),
    path("", include("protect.outreach.urls.public")),
    path("", include("protect.coordination.urls_public")),
    path("", api.public_urls),
    path("hsds/core/", api.hsds_core_urls),
    path("hsds/", api.hsds_urls),
]
zones.disable_transactions(urlpatterns)  # pages must work while the database is away
handler400 = "protect.findhelp.views.errors.error_400"
handler403 = "protect.site.refusals.pages.open_404"
handler404 = "protect.site.refusals.pages.open_404"
handler500 = "protect.site.refusals.pages.failed"
