"""Addresses of guests, who have no account: each begins with the guest's own link."""

from django.urls import path

from protect.coordination import guest_page
from protect.coordination.procedures import guest_pages as procedures

GUEST = "trainings/<tag:tag>/groups/<str:token>"

app_name = "open_coordination"
urlpatterns = [
    path(GUEST, guest_page.guest_page, name="guest"),
    path(f"{GUEST}/procedures", procedures.guest_procedures, name="guest_procedures"),
    path(
        f"{GUEST}/procedures/<uuid:pk>/info-<str:language>.pdf",
        procedures.guest_procedure_paper,
        name="guest_procedure_paper",
    ),
    path(f"{GUEST}/<uuid:pk>", guest_page.guest_meeting, name="guest_meeting"),
    path(f"{GUEST}/<uuid:pk>/calendar.ics", guest_page.guest_calendar_file, name="guest_calendar"),
    path(f"{GUEST}/papers/<uuid:pk>", guest_page.guest_paper, name="guest_paper"),
]
