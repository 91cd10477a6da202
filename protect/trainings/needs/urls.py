"""Addresses of what people need."""

from __future__ import annotations

from django.urls import path

from protect.trainings.needs.views import desk

urlpatterns = [
    path("trainings/<uuid:pk>/needs", desk.edition_needs, name="edition_needs"),
    path("trainings/<uuid:pk>/needs/counts", desk.edition_counts, name="edition_counts"),
    path(
        "trainings/<uuid:pk>/needs/counts.csv", desk.edition_counts_csv, name="edition_counts_csv"
    ),
    path("trainings/<uuid:pk>/needs/order", desk.edition_order, name="edition_order"),
    path("trainings/needs/<uuid:pk>", desk.need, name="need"),
    path("trainings/needs/<uuid:pk>/<str:move>", desk.need_move, name="need_move"),
    path(
        "trainings/registrations/<uuid:pk>/needs",
        desk.registration_needs,
        name="registration_needs",
    ),
]
