"""Addresses of registrations at the desk: people, lists, organisations that send them."""

from __future__ import annotations

from django.urls import path

from protect.trainings.registrations.views import (
    name_lists,
    nominating_organisations,
    registrations,
)

urlpatterns = [
    path("trainings/<uuid:pk>/register", registrations.registration_new, name="registration_new"),
    path("trainings/<uuid:pk>/approve", registrations.approve_all, name="approve_all"),
    path("trainings/<uuid:pk>/list", name_lists.roster_new, name="roster_new"),
    path("trainings/lists/<uuid:pk>", name_lists.roster, name="roster"),
    path("trainings/lists/<uuid:pk>/to-mend.csv", name_lists.roster_wrong, name="roster_wrong"),
    path("trainings/registrations/<uuid:pk>", registrations.registration, name="registration"),
    path(
        "trainings/registrations/<uuid:pk>/withdraw",
        registrations.registration_withdraw,
        name="registration_withdraw",
    ),
    path("trainings/senders", nominating_organisations.sender_list, name="sender_list"),
    path("trainings/senders/new", nominating_organisations.sender_new, name="sender_new"),
    path("trainings/senders/<uuid:pk>", nominating_organisations.sender, name="sender"),
    path(
        "trainings/senders/<uuid:pk>/edit", nominating_organisations.sender_edit, name="sender_edit"
    ),
    path(
        "trainings/senders/<uuid:pk>/class", nominating_organisations.cohort_new, name="cohort_new"
    ),
]
