"""Addresses of guests, who have no account: each begins with the guest's own link."""

from django.urls import path

from protect.coordination import guest_page

GUEST = "trainings/<tag:tag>/groups/<str:token>"

app_name = "open_coordination"
urlpatterns = [
    path(GUEST, guest_page.guest_page, name="guest"),
    path(f"{GUEST}/<uuid:pk>", guest_page.guest_meeting, name="guest_meeting"),
    path(f"{GUEST}/<uuid:pk>/calendar.ics", guest_page.guest_calendar_file, name="guest_calendar"),
    path(f"{GUEST}/papers/<uuid:pk>", guest_page.guest_paper, name="guest_paper"),
]
