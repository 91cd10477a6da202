"""Addresses of trainings for whoever has no account: /trainings/<language>/…, without cookies."""

from __future__ import annotations

from django.urls import path, register_converter

from protect.trainings.views import answering, asking, public


class DeskLanguage:
    """The tag of a language in which the desk is complete; any other is not found."""

    regex = "[a-z]{2,3}"

    def to_python(self, value: str) -> str:
        if value not in public.languages():
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DeskLanguage, "tag")

app_name = "open"
urlpatterns = [
    path("trainings/", public.language_choice, name="language_choice"),
    path("trainings/<tag:tag>/", public.edition_calendar, name="edition_calendar"),
    path("trainings/<tag:tag>/t/<str:code>", answering.inquiry, name="inquiry"),
    path("trainings/<tag:tag>/s/<str:token>", answering.slip, name="slip"),
    path("trainings/<tag:tag>/ask", asking.request_ask, name="request_ask"),
    path("trainings/<tag:tag>/ask/<str:token>", asking.request, name="request"),
]
