"""Addresses of trainings at the desk."""

from __future__ import annotations

from django.urls import path

from protect.trainings.attendance.urls import urlpatterns as attending
from protect.trainings.base.pages import offline_pages
from protect.trainings.curricula import urls as curricula_urls
from protect.trainings.documents import views as letterhead_views
from protect.trainings.editions.views import co_hosts, editions, half_days
from protect.trainings.needs import urls as needs_urls
from protect.trainings.registrations import urls as registrations_urls
from protect.trainings.scheduling import urls as scheduling_urls
from protect.trainings.views import people

app_name = "trainings"
HEAD, CORRECT = "trainings/heads/<uuid:pk>", "trainings/registrations/<uuid:pk>/correct"
urlpatterns = [
    *scheduling_urls.urlpatterns,
    *curricula_urls.urlpatterns,
    path("trainings", editions.edition_list, name="edition_list"),
    path("trainings/new", editions.edition_new, name="edition_new"),
    path("trainings/<uuid:pk>", editions.edition, name="edition"),
    path("trainings/<uuid:pk>/clone", editions.edition_clone, name="edition_clone"),
    path("trainings/<uuid:pk>/edit", editions.edition_edit, name="edition_edit"),
    path("trainings/<uuid:pk>/co-hosts", co_hosts.edition_co_hosts, name="edition_co_hosts"),
    path("trainings/<uuid:pk>/co-hosting", co_hosts.co_hosting, name="co_hosting"),
    path("trainings/<uuid:pk>/move/<str:move>", editions.edition_move, name="edition_move"),
    path("trainings/<uuid:pk>/half-day", half_days.half_day_new, name="half_day_new"),
    path("trainings/half-days/<uuid:pk>", half_days.half_day_edit, name="half_day_edit"),
    path("trainings/half-days/<uuid:pk>/cancel", half_days.half_day_cancel, name="half_day_cancel"),
    path("trainings/people/<uuid:pk>/erase", people.participant_erase, name="participant_erase"),
    path("trainings/keeper.js", offline_pages.keeper, name="keeper"),
    path("trainings/doubles", people.double_list, name="double_list"),
    path("trainings/doubles/<uuid:pk>", people.double, name="double"),
    *attending,
    path(HEAD, letterhead_views.paper_head, name="paper_head"),
    path(f"{HEAD}/preview.pdf", letterhead_views.paper_preview, name="paper_preview"),
    *registrations_urls.urlpatterns,
    *needs_urls.urlpatterns,
    path("trainings/half-days/<uuid:pk>/book", half_days.half_day_book, name="half_day_book"),
    path("trainings/<uuid:pk>/seats", editions.quota_edit, name="quota_edit"),
    path(CORRECT, people.registration_correct, name="registration_correct"),
]
