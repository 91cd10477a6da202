"""Addresses of registrations at the desk: people, lists, organisations that send them."""

from __future__ import annotations

from django.urls import path

from protect.trainings.views import quotas, registrations, rosters, senders

urlpatterns = [
    path("trainings/<uuid:pk>/register", registrations.registration_new, name="registration_new"),
    path("trainings/<uuid:pk>/approve", registrations.approve_all, name="approve_all"),
    path("trainings/<uuid:pk>/seats", quotas.quota_edit, name="quota_edit"),
    path("trainings/<uuid:pk>/list", rosters.roster_new, name="roster_new"),
    path("trainings/lists/<uuid:pk>", rosters.roster, name="roster"),
    path("trainings/lists/<uuid:pk>/to-mend.csv", rosters.roster_wrong, name="roster_wrong"),
    path("trainings/registrations/<uuid:pk>", registrations.registration, name="registration"),
    path(
        "trainings/registrations/<uuid:pk>/withdraw",
        registrations.registration_withdraw,
        name="registration_withdraw",
    ),
    path(
        "trainings/registrations/<uuid:pk>/correct",
        registrations.registration_correct,
        name="registration_correct",
    ),
    path("trainings/senders", senders.sender_list, name="sender_list"),
    path("trainings/senders/new", senders.sender_new, name="sender_new"),
    path("trainings/senders/<uuid:pk>", senders.sender, name="sender"),
    path("trainings/senders/<uuid:pk>/edit", senders.sender_edit, name="sender_edit"),
    path("trainings/senders/<uuid:pk>/class", senders.cohort_new, name="cohort_new"),
]
