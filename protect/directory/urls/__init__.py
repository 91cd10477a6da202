"""Addresses of the directory at the desk."""

from __future__ import annotations

from protect.directory.urls import coverage, exports, health, services, verifying

app_name = "directory"
urlpatterns = [
    *services.urlpatterns,
    *coverage.urlpatterns,
    *exports.urlpatterns,
    *health.urlpatterns,
    *verifying.urlpatterns,
]
