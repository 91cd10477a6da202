"""Addresses of what people need."""

from __future__ import annotations

from django.urls import path

from protect.trainings.needs import views

urlpatterns = [
    path("trainings/<uuid:pk>/needs", views.edition_needs, name="edition_needs"),
    path("trainings/<uuid:pk>/needs/counts", views.edition_counts, name="edition_counts"),
    path(
        "trainings/<uuid:pk>/needs/counts.csv", views.edition_counts_csv, name="edition_counts_csv"
    ),
    path("trainings/<uuid:pk>/needs/order", views.edition_order, name="edition_order"),
    path("trainings/needs/<uuid:pk>", views.need, name="need"),
    path("trainings/needs/<uuid:pk>/<str:move>", views.need_move, name="need_move"),
    path(
        "trainings/registrations/<uuid:pk>/needs",
        views.registration_needs,
        name="registration_needs",
    ),
]
