"""Addresses of services: found, read, changed, moved, translated."""

from __future__ import annotations

from django.urls import path

from protect.directory.views import editing, moving, services, translating

SERVICE = "directory/services/<uuid:pk>"

urlpatterns = [
    path("directory", services.service_list, name="service_list"),
    path("directory/services/new", editing.service_new, name="service_new"),
    path(SERVICE, services.service, name="service"),
    path(f"{SERVICE}/history", services.service_history, name="service_history"),
    path(f"{SERVICE}/texts", editing.service_texts, name="service_texts"),
    path(f"{SERVICE}/facts/<str:fact>", editing.service_fact, name="service_fact"),
    path(f"{SERVICE}/protect", editing.service_protect, name="service_protect"),
    path(f"{SERVICE}/undo", moving.service_undo, name="service_undo"),
    path(f"{SERVICE}/move/<str:move>", moving.service_move, name="service_move"),
    path(f"{SERVICE}/translations", translating.service_translations, name="service_translations"),
    path(
        f"{SERVICE}/translations/<str:language>/<str:field>",
        translating.service_translation,
        name="service_translation",
    ),
    path(
        f"{SERVICE}/translations/<str:language>/<str:field>/review",
        translating.service_translation_review,
        name="service_translation_review",
    ),
]
