"""Addresses of the public site: a language, a six-letter code, two letters for a need."""

from __future__ import annotations

from django.urls import path, re_path

from protect.findhelp import views
from protect.findhelp.addresses import REST

app_name = "findhelp"

TAG = r"(?P<tag>[a-z]{2,3}(?:-[A-Za-z]{2,4})?)"
CODE = r"(?P<code>[a-z2-9]{6})"
ASKED = r"(?P<place>[a-z2-9]{6})-(?P<need>[a-z2-9]{2})"
QUIET = r"(?P<quiet>/q)?"

urlpatterns = [
    path("", views.language_list, name="language_list"),
    re_path(rf"^l/(?P<rest>{REST})$", views.language_list, name="language_choice"),
    path("robots.txt", views.robots, name="robots"),
    re_path(rf"^{TAG}$", views.country_list, name="country_list"),
    re_path(rf"^{TAG}/{CODE}{QUIET}$", views.page, name="page"),
    re_path(rf"^{TAG}/{ASKED}{QUIET}$", views.results, name="results"),
    re_path(rf"^{TAG}/{ASKED}{QUIET}/(?P<step>[2-9])$", views.results, name="results_more"),
    re_path(rf"^{TAG}/{ASKED}{QUIET}/{CODE}$", views.service, name="service"),
    re_path(rf"^{TAG}/{CODE}/w$", views.wrong, name="wrong"),
    re_path(rf"^{TAG}/{ASKED}/info-4\.pdf$", views.pathway, name="pathway"),
    re_path(rf"^{TAG}/{CODE}/info-3\.pdf$", views.card, name="card"),
    re_path(rf"^{TAG}/r/(?P<token>[A-Za-z0-9_-]+)$", views.refined, name="refined"),
]
