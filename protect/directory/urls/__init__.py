"""Addresses of the directory at the desk."""

from __future__ import annotations

from protect.directory.urls import (
    corrections,
    coverage,
    exports,
    health,
    imports,
    services,
    verifying,
)

app_name = "directory"
urlpatterns = [
    *services.urlpatterns,
    *corrections.urlpatterns,
    *coverage.urlpatterns,
    *exports.urlpatterns,
    *health.urlpatterns,
    *imports.urlpatterns,
    *verifying.urlpatterns,
]
