"""Addresses of services as files."""

from __future__ import annotations

from django.urls import path

from protect.directory.views import exports

urlpatterns = [
    path("directory/export", exports.export, name="export"),
    path("directory/export/file", exports.export_file, name="export_file"),
    path("directory/services/<uuid:pk>/card.vcf", exports.service_vcard, name="service_vcard"),
    path(
        "directory/services/<uuid:pk>/hours.ics",
        exports.service_calendar,
        name="service_calendar",
    ),
]
