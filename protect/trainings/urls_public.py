"""Addresses of trainings for whoever has no account: /trainings/<language>/…, without cookies."""

from __future__ import annotations

from django.urls import path, register_converter

from protect.orgs.languages import of_desk
from protect.trainings.views import (
    answering,
    applying,
    asking,
    being_there,
    checking,
    feeds,
    keeping,
    open_bookings,
    open_sessions,
    own_certificate,
    own_learning,
    own_needs,
    public,
    published,
    sending,
)


class DeskLanguage:
    """The tag of a language in which the desk is complete; any other is not found."""

    regex = "[a-z]{2,3}"

    def to_python(self, value: str) -> str:
        if value not in of_desk():
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DeskLanguage, "tag")

OWN_CERTIFICATE = "trainings/<tag:tag>/own/<str:token>/certificate"
OWN_SESSION = "trainings/<tag:tag>/bookings/<str:token>/<uuid:pk>"

app_name = "open"
urlpatterns = [
    path("trainings/", public.language_choice, name="language_choice"),
    path("trainings/<tag:tag>/", applying.edition_calendar, name="edition_calendar"),
    path("trainings/<tag:tag>/e/<str:code>", applying.edition, name="edition"),
    path("trainings/<tag:tag>/e/<str:code>/apply", applying.edition_apply, name="edition_apply"),
    path("trainings/<tag:tag>/own/<str:token>", applying.own, name="own"),
    path("trainings/<tag:tag>/own/<str:token>/needs", own_needs.own_needs, name="own_needs"),
    path("trainings/<tag:tag>/own/<str:token>/here", being_there.own_here, name="own_here"),
    path("trainings/<tag:tag>/here", being_there.here, name="here"),
    path("trainings/<tag:tag>/room/<str:token>", being_there.room, name="room"),
    path(
        "trainings/<tag:tag>/own/<str:token>/learning",
        own_learning.own_learning,
        name="own_learning",
    ),
    path(
        "trainings/<tag:tag>/own/<str:token>/assessment",
        own_learning.own_assessment,
        name="own_assessment",
    ),
    path("trainings/<tag:tag>/send/<str:token>", sending.send, name="send"),
    path(
        "trainings/<tag:tag>/send/<str:token>/list/<uuid:pk>",
        sending.send_roster,
        name="send_roster",
    ),
    path(
        "trainings/<tag:tag>/send/<str:token>/list/<uuid:pk>/to-mend.csv",
        sending.send_wrong,
        name="send_wrong",
    ),
    path("trainings/<tag:tag>/send/<str:token>/<str:code>", sending.send_list, name="send_list"),
    path("trainings/<tag:tag>/t/<str:code>", answering.inquiry, name="inquiry"),
    path("trainings/<tag:tag>/s/<str:token>", answering.slip, name="slip"),
    path("trainings/<tag:tag>/ask", asking.request_ask, name="request_ask"),
    path("trainings/<tag:tag>/ask/<str:token>", asking.request, name="request"),
    path("certificates/<str:number>", checking.certificate_any, name="certificate_any"),
    path(
        "certificates/<uuid:credential>/badge.json",
        published.certificate_badge,
        name="certificate_badge",
    ),
    path("issuers/<uuid:pk>/did.json", published.issuer_keys, name="issuer_keys"),
    path(
        "issuers/<uuid:pk>/status/<int:number>/<str:purpose>",
        published.status_list,
        name="status_list",
    ),
    path("trainings/<tag:tag>/c/<str:number>", checking.certificate, name="certificate"),
    path("trainings/<tag:tag>/check", checking.certificate_check, name="certificate_check"),
    path(OWN_CERTIFICATE, own_certificate.own_certificate, name="own_certificate"),
    path(f"{OWN_CERTIFICATE}.pdf", own_certificate.own_certificate_pdf, name="own_certificate_pdf"),
    path(
        f"{OWN_CERTIFICATE}.json",
        own_certificate.own_certificate_badge,
        name="own_certificate_badge",
    ),
    path("trainings/<tag:tag>/calendar.ics", feeds.public_feed, name="public_feed"),
    path(
        "trainings/<tag:tag>/bookings/<str:token>", open_bookings.own_bookings, name="own_bookings"
    ),
    path(OWN_SESSION, open_sessions.own_session, name="own_session"),
    path(f"{OWN_SESSION}/count", open_sessions.own_count, name="own_count"),
    path(f"{OWN_SESSION}/count/copy", open_sessions.own_count_copy, name="own_count_copy"),
    path(f"{OWN_SESSION}/after", open_sessions.own_after, name="own_after"),
    path(f"{OWN_SESSION}/incident", open_sessions.own_incident, name="own_incident"),
    path("trainings/keeper.js", keeping.keeper, name="keeper"),
    path(
        "trainings/<tag:tag>/bookings/<str:token>/calendar.ics",
        feeds.bookings_feed,
        name="bookings_feed",
    ),
    path("trainings/<tag:tag>/own/<str:token>/calendar", feeds.own_calendar, name="own_calendar"),
    path(
        "trainings/<tag:tag>/own/<str:token>/calendar.ics",
        feeds.registration_feed,
        name="registration_feed",
    ),
]
