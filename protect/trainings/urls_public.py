"""URLs of trainings for visitors: /trainings/<language>/…, without account or cookies."""

from django.urls import path

from protect.trainings.attendance.views import attendance
from protect.trainings.base.pages import offline_pages, open_pages
from protect.trainings.needs import views as needs_views
from protect.trainings.scheduling.views import bookings
from protect.trainings.views import feeds, own_page

app_name = "open"
PREFIX = "trainings/<tag:tag>"
OWN_PAGE, NOMINATION = f"{PREFIX}/own/<str:token>", f"{PREFIX}/send/<str:token>"
BOOKINGS = f"{PREFIX}/bookings/<str:token>"
urlpatterns = [
    path("trainings/", open_pages.calendar_by_browser, name="language_choice"),
    path("trainings/keeper.js", offline_pages.service_worker_script, name="keeper"),
    path(f"{PREFIX}/", own_page.edition_calendar, name="edition_calendar"),
    path(f"{PREFIX}/calendar.ics", feeds.public_feed, name="public_feed"),
    path(f"{PREFIX}/e/<str:code>", own_page.public_edition, name="edition"),
    path(f"{PREFIX}/e/<str:code>/apply", own_page.edition_apply, name="edition_apply"),
    path(OWN_PAGE, own_page.participant_page, name="own"),
    path(f"{OWN_PAGE}/needs", needs_views.own_needs, name="own_needs"),
    path(f"{OWN_PAGE}/attendance", attendance.own_attendance, name="own_attendance"),
    path(f"{OWN_PAGE}/calendar", feeds.own_feed_page, name="own_calendar"),
    path(f"{OWN_PAGE}/calendar.ics", feeds.registration_feed, name="registration_feed"),
    path(NOMINATION, own_page.nomination_page, name="send"),
    path(f"{NOMINATION}/list/<uuid:pk>", own_page.review_name_list, name="send_roster"),
    path(f"{NOMINATION}/list/<uuid:pk>/to-mend.csv", own_page.rejected_rows_csv, name="send_wrong"),
    path(f"{NOMINATION}/<str:code>", own_page.upload_name_list, name="send_list"),
    path(BOOKINGS, bookings.bookings_by_link, name="own_bookings"),
    path(f"{BOOKINGS}/calendar.ics", feeds.bookings_feed, name="bookings_feed"),
]
