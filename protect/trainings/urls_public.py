"""Addresses of trainings for visitors: /trainings/<language>/…, without account or cookies."""

from __future__ import annotations

from django.urls import path

from protect.trainings.attendance.views import check_in
from protect.trainings.base.pages import offline_pages, open_pages
from protect.trainings.needs import views as needs_views
from protect.trainings.scheduling.views import open_bookings
from protect.trainings.views import feeds, own_page, send

app_name = "open"
urlpatterns = [
    path("trainings/", open_pages.language_choice, name="language_choice"),
    path("trainings/<tag:tag>/", own_page.edition_calendar, name="edition_calendar"),
    path("trainings/<tag:tag>/e/<str:code>", own_page.edition, name="edition"),
    path("trainings/<tag:tag>/e/<str:code>/apply", own_page.edition_apply, name="edition_apply"),
    path("trainings/<tag:tag>/own/<str:token>", own_page.own, name="own"),
    path("trainings/<tag:tag>/own/<str:token>/needs", needs_views.own_needs, name="own_needs"),
    path("trainings/<tag:tag>/own/<str:token>/here", check_in.own_here, name="own_here"),
    path("trainings/<tag:tag>/here", check_in.here, name="here"),
    path("trainings/<tag:tag>/room/<str:token>", check_in.room, name="room"),
    path("trainings/<tag:tag>/send/<str:token>", send.send, name="send"),
    path(
        "trainings/<tag:tag>/send/<str:token>/list/<uuid:pk>",
        send.send_roster,
        name="send_roster",
    ),
    path(
        "trainings/<tag:tag>/send/<str:token>/list/<uuid:pk>/to-mend.csv",
        send.send_wrong,
        name="send_wrong",
    ),
    path("trainings/<tag:tag>/send/<str:token>/<str:code>", send.send_list, name="send_list"),
    path("trainings/<tag:tag>/calendar.ics", feeds.public_feed, name="public_feed"),
    path(
        "trainings/<tag:tag>/bookings/<str:token>", open_bookings.own_bookings, name="own_bookings"
    ),
    path("trainings/keeper.js", offline_pages.keeper, name="keeper"),
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
