"""Addresses of the directory at the desk."""

from __future__ import annotations

from protect.directory.urls import health, services, verifying

app_name = "directory"
urlpatterns = [
    *services.urlpatterns,
    *health.urlpatterns,
    *verifying.urlpatterns,
]
