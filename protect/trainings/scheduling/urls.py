"""Addresses of resources and bookings."""

from __future__ import annotations

from django.urls import path

from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.views import bookings, resources

PERSON, VENUE = {"kind": ResourceKind.PERSON}, {"kind": ResourceKind.VENUE}
CHILDCARE, EQUIPMENT = {"kind": ResourceKind.CHILDCARE}, {"kind": ResourceKind.EQUIPMENT}
NEW, EDIT = resources.resource_new, resources.resource_edit

urlpatterns = [
    path("trainings/resources", resources.resource_list, name="resource_list"),
    path("trainings/resources/person", NEW, PERSON, name="staff_new"),
    path("trainings/resources/venue", NEW, VENUE, name="venue_new"),
    path("trainings/resources/childcare", NEW, CHILDCARE, name="childcare_new"),
    path("trainings/resources/equipment", NEW, EQUIPMENT, name="equipment_new"),
    path("trainings/resources/<uuid:pk>", resources.resource, name="resource"),
    path("trainings/resources/<uuid:pk>/person", EDIT, PERSON, name="staff_edit"),
    path("trainings/resources/<uuid:pk>/venue", EDIT, VENUE, name="venue_edit"),
    path("trainings/resources/<uuid:pk>/childcare", EDIT, CHILDCARE, name="childcare_edit"),
    path("trainings/resources/<uuid:pk>/equipment", EDIT, EQUIPMENT, name="equipment_edit"),
    path("trainings/resources/<uuid:pk>/away", resources.resource_away, name="resource_away"),
    path(
        "trainings/resources/<uuid:pk>/away/<int:away>/end",
        resources.resource_away_end,
        name="resource_away_end",
    ),
    path("trainings/resources/<uuid:pk>/paper", resources.resource_paper, name="resource_paper"),
    path("trainings/resources/<uuid:pk>/way", resources.resource_way, name="resource_way"),
    path("trainings/resources/<uuid:pk>/link", resources.resource_link, name="resource_link"),
    path("trainings/bookings/<uuid:pk>", bookings.booking, name="booking"),
    path("trainings/own", bookings.own_booking_list, name="own_booking_list"),
    path("trainings/own/calendar", bookings.own_calendar, name="own_calendar"),
    path("trainings/own/<uuid:pk>", bookings.own_booking, name="own_booking"),
]
