"""Addresses of the user's own account, and of histories."""

from __future__ import annotations

from django.urls import path

from protect.orgs.views import account, history

app_name = "orgs"
urlpatterns = [
    path("account", account.account, name="account"),
    path(
        "organisations/<uuid:pk>/history", history.organisation_history, name="organisation_history"
    ),
    path("organisations/<uuid:pk>/alarms/answer", history.alarm_answer, name="alarm_answer"),
    path("history/<str:kind>/<uuid:pk>", history.thing_history, name="thing_history"),
]
