"""Addresses of resources and bookings."""

from __future__ import annotations

from django.urls import path

from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.views import bookings, resources

PERSON, VENUE = {"kind": ResourceKind.PERSON}, {"kind": ResourceKind.VENUE}
CHILDCARE, EQUIPMENT = {"kind": ResourceKind.CHILDCARE}, {"kind": ResourceKind.EQUIPMENT}
ONE = "trainings/resources/<uuid:pk>"
NEW, EDIT = resources.resource_new, resources.resource_edit

urlpatterns = [
    path("trainings/resources", resources.resource_list, name="resource_list"),
    path("trainings/resources/person", NEW, PERSON, name="staff_new"),
    path("trainings/resources/venue", NEW, VENUE, name="venue_new"),
    path("trainings/resources/childcare", NEW, CHILDCARE, name="childcare_new"),
    path("trainings/resources/equipment", NEW, EQUIPMENT, name="equipment_new"),
    path(ONE, resources.resource, name="resource"),
    path(f"{ONE}/person", EDIT, PERSON, name="staff_edit"),
    path(f"{ONE}/venue", EDIT, VENUE, name="venue_edit"),
    path(f"{ONE}/childcare", EDIT, CHILDCARE, name="childcare_edit"),
    path(f"{ONE}/equipment", EDIT, EQUIPMENT, name="equipment_edit"),
    path(f"{ONE}/away", resources.resource_away, name="resource_away"),
    path(f"{ONE}/away/<int:away>/end", resources.resource_away_end, name="resource_away_end"),
    path(f"{ONE}/paper", resources.resource_paper, name="resource_paper"),
    path(f"{ONE}/way", resources.resource_way, name="resource_way"),
    path(f"{ONE}/link", resources.resource_link, name="resource_link"),
    path("trainings/bookings/<uuid:pk>", bookings.booking, name="booking"),
    path("trainings/own", bookings.own_booking_list, name="own_booking_list"),
    path("trainings/own/calendar", bookings.own_calendar, name="own_calendar"),
    path("trainings/own/<uuid:pk>", bookings.own_booking, name="own_booking"),
]
