"""Addresses of trainings for visitors: /trainings/<language>/…, without account or cookies."""

from django.urls import path

from protect.trainings.attendance.views import attendance
from protect.trainings.base.pages import offline_pages, open_pages
from protect.trainings.needs import views as needs_views
from protect.trainings.scheduling.views import bookings
from protect.trainings.views import feeds, own_page, send

app_name = "open"
ALL = "trainings/<tag:tag>"
OWN, SEND, BOOKINGS = (f"{ALL}/{each}/<str:token>" for each in ("own", "send", "bookings"))
urlpatterns = [
    path("trainings/", open_pages.language_choice, name="language_choice"),
    path("trainings/keeper.js", offline_pages.keeper, name="keeper"),
    path(f"{ALL}/", own_page.edition_calendar, name="edition_calendar"),
    path(f"{ALL}/calendar.ics", feeds.public_feed, name="public_feed"),
    path(f"{ALL}/e/<str:code>", own_page.edition, name="edition"),
    path(f"{ALL}/e/<str:code>/apply", own_page.edition_apply, name="edition_apply"),
    path(OWN, own_page.own, name="own"),
    path(f"{OWN}/needs", needs_views.own_needs, name="own_needs"),
    path(f"{OWN}/attendance", attendance.own_attendance, name="own_attendance"),
    path(f"{OWN}/calendar", feeds.own_calendar, name="own_calendar"),
    path(f"{OWN}/calendar.ics", feeds.registration_feed, name="registration_feed"),
    path(SEND, send.send, name="send"),
    path(f"{SEND}/list/<uuid:pk>", send.send_roster, name="send_roster"),
    path(f"{SEND}/list/<uuid:pk>/to-mend.csv", send.send_wrong, name="send_wrong"),
    path(f"{SEND}/<str:code>", send.send_list, name="send_list"),
    path(BOOKINGS, bookings.own_bookings, name="own_bookings"),
    path(f"{BOOKINGS}/calendar.ics", feeds.bookings_feed, name="bookings_feed"),
]
