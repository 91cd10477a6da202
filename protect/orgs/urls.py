"""Addresses of one's own account."""

from __future__ import annotations

from django.urls import path

from protect.orgs import views

app_name = "orgs"
urlpatterns = [
    path("account", views.account, name="account"),
]
