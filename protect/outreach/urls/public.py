"""Addresses of requests and information sessions without an account."""

from __future__ import annotations

from django.urls import path

from protect.outreach.views import own_session, request_page

OWN_SESSION = "trainings/<tag:tag>/bookings/<str:token>/<uuid:pk>"

app_name = "open_outreach"
urlpatterns = [
    path("trainings/<tag:tag>/ask", request_page.request_ask, name="request_ask"),
    path("trainings/<tag:tag>/ask/<str:token>", request_page.request, name="request"),
    path(OWN_SESSION, own_session.own_session, name="own_session"),
    path(f"{OWN_SESSION}/count", own_session.own_count, name="own_count"),
    path(f"{OWN_SESSION}/count/copy", own_session.own_count_copy, name="own_count_copy"),
    path(f"{OWN_SESSION}/after", own_session.own_after, name="own_after"),
    path(f"{OWN_SESSION}/incident", own_session.own_incident, name="own_incident"),
]
