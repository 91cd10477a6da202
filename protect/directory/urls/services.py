"""Addresses of services: found, read, changed."""

from __future__ import annotations

from django.urls import path

from protect.directory.views import services

urlpatterns = [
    path("directory", services.service_list, name="service_list"),
    path("directory/services/<uuid:pk>", services.service, name="service"),
]
