"""Addresses of coordination at the desk. Each subject has its own list."""

from django.urls import path

from protect.coordination import own_service
from protect.coordination.adaptations import urls as adaptations
from protect.coordination.countries import urls as countries
from protect.coordination.group_page import group
from protect.coordination.groups import urls as groups
from protect.coordination.mappings import urls as mappings
from protect.coordination.meetings import urls as meetings
from protect.coordination.minutes import urls as minutes
from protect.coordination.pathways import urls as pathways
from protect.coordination.polls import urls as polls
from protect.coordination.presence import urls as presence
from protect.coordination.procedures import urls as procedures
from protect.coordination.translated_minutes import urls as translated_minutes

app_name = "coordination"
urlpatterns = [
    path("groups/<uuid:pk>", group, name="group"),
    *groups.urlpatterns,
    *meetings.urlpatterns,
    *minutes.urlpatterns,
    *polls.urlpatterns,
    *translated_minutes.urlpatterns,
    path("services/<uuid:pk>", own_service.service_page, name="service_page"),
    path("services/<uuid:pk>/confirm", own_service.service_confirm, name="service_confirm"),
    *adaptations.urlpatterns,
    *procedures.urlpatterns,
    *pathways.urlpatterns,
    *presence.urlpatterns,
    *mappings.urlpatterns,
    *countries.urlpatterns,
]
