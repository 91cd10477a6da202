"""What localhost (the demo) and PROTECT_STAFF_HOSTS serve: the desk, for people who sign in."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
handler403 = "protect.site.refusals.desk_403"
handler404 = "protect.site.refusals.desk_404"
handler500 = "protect.site.refusals.desk_500"
