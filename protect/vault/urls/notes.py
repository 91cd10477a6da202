"""What a team writes down, sealed."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
