"""Addresses of services as files."""

from __future__ import annotations

from django.urls import path

from protect.interchange.exports import views

urlpatterns = [
    path("directory/export", views.export, name="export"),
    path("directory/export/file", views.export_file, name="export_file"),
    path("directory/services/<uuid:pk>/card.vcf", views.service_vcard, name="service_vcard"),
    path(
        "directory/services/<uuid:pk>/hours.ics",
        views.service_calendar,
        name="service_calendar",
    ),
]
