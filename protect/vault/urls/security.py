"""What protects one's own account, and what was typed while it was locked."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
