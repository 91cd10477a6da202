"""What localhost (the demo) and PROTECT_STAFF_HOSTS serve. The desk moves in with sign-in."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
handler404 = "protect.site.refusals.plain_404"
handler500 = "protect.site.refusals.plain_500"
