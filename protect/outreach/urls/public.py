from django.urls import path

from protect.outreach.views import public_pages

OWN_SESSION = "trainings/<tag:tag>/bookings/<str:token>/<uuid:pk>"  # pk: of the booking

app_name = "open_outreach"
urlpatterns = [
    path("trainings/<tag:tag>/ask", public_pages.new_request_page, name="request_ask"),
    path("trainings/<tag:tag>/ask/<str:token>", public_pages.own_request_page, name="request"),
    path(OWN_SESSION, public_pages.own_session_page, name="own_session"),
    path(f"{OWN_SESSION}/count", public_pages.own_head_count_page, name="own_count"),
    path(f"{OWN_SESSION}/count/copy", public_pages.own_head_count_copy, name="own_count_copy"),
    path(f"{OWN_SESSION}/after", public_pages.own_debrief_page, name="own_after"),
    path(f"{OWN_SESSION}/incident", public_pages.report_incident_by_link, name="own_incident"),
]
