"""Addresses of coordination at the desk. Each subject has its own list."""

from django.urls import path

from protect.coordination.group_page import group
from protect.coordination.groups import urls as groups
from protect.coordination.mappings import urls as mappings
from protect.coordination.meetings import urls as meetings
from protect.coordination.minutes import urls as minutes
from protect.coordination.presence import urls as presence

app_name = "coordination"
urlpatterns = [
    path("groups/<uuid:pk>", group, name="group"),
    *groups.urlpatterns,
    *meetings.urlpatterns,
    *minutes.urlpatterns,
    *presence.urlpatterns,
    *mappings.urlpatterns,
]
