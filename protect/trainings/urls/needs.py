"""Addresses of what people need."""

from __future__ import annotations

from django.urls import path

from protect.trainings.views import needs

urlpatterns = [
    path("trainings/<uuid:pk>/needs", needs.edition_needs, name="edition_needs"),
    path("trainings/<uuid:pk>/needs/counts", needs.edition_counts, name="edition_counts"),
    path(
        "trainings/<uuid:pk>/needs/counts.csv", needs.edition_counts_csv, name="edition_counts_csv"
    ),
    path("trainings/<uuid:pk>/needs/order", needs.edition_order, name="edition_order"),
    path("trainings/needs/<uuid:pk>", needs.need, name="need"),
    path("trainings/needs/<uuid:pk>/<str:move>", needs.need_move, name="need_move"),
    path(
        "trainings/registrations/<uuid:pk>/needs",
        needs.registration_needs,
        name="registration_needs",
    ),
]
