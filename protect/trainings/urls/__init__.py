"""Addresses of trainings at the desk."""

from __future__ import annotations

from django.urls import path

from protect.trainings.urls import booking, curricula, needs, registering, sessions
from protect.trainings.urls.attending import urlpatterns as attending
from protect.trainings.urls.certifying import urlpatterns as certifying
from protect.trainings.urls.learning import urlpatterns as learning
from protect.trainings.views import cloning, editions, half_days, hosting, people

app_name = "trainings"
urlpatterns = [
    *sessions.urlpatterns,
    *booking.urlpatterns,
    *curricula.urlpatterns,
    path("trainings", editions.edition_list, name="edition_list"),
    path("trainings/new", editions.edition_new, name="edition_new"),
    path("trainings/<uuid:pk>", editions.edition, name="edition"),
    path("trainings/<uuid:pk>/clone", cloning.edition_clone, name="edition_clone"),
    path("trainings/<uuid:pk>/edit", editions.edition_edit, name="edition_edit"),
    path("trainings/<uuid:pk>/co-hosts", hosting.edition_co_hosts, name="edition_co_hosts"),
    path("trainings/<uuid:pk>/co-hosting", hosting.co_hosting, name="co_hosting"),
    path("trainings/<uuid:pk>/move/<str:move>", editions.edition_move, name="edition_move"),
    path("trainings/<uuid:pk>/half-day", half_days.half_day_new, name="half_day_new"),
    path("trainings/half-days/<uuid:pk>", half_days.half_day_edit, name="half_day_edit"),
    path("trainings/half-days/<uuid:pk>/cancel", half_days.half_day_cancel, name="half_day_cancel"),
    path("trainings/people/<uuid:pk>/erase", people.participant_erase, name="participant_erase"),
    path("trainings/doubles", people.double_list, name="double_list"),
    path("trainings/doubles/<uuid:pk>", people.double, name="double"),
    *attending,
    *certifying,
    *registering.urlpatterns,
    *needs.urlpatterns,
    *learning,
]
