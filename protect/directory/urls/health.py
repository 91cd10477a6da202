"""Addresses of the directory's health."""

from __future__ import annotations

from django.urls import path

from protect.directory.views import health

urlpatterns = [
    path("directory/health", health.health, name="health"),
    path("directory/health.csv", health.health_csv, name="health_csv"),
    path("directory/health/<str:country>", health.health_country, name="health_country"),
]
