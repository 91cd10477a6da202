"""Teams, their keys, and who is let in."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
