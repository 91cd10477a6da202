"""Addresses of the public site: a language, a six-letter code, two letters for a need."""

from django.urls import path, re_path

from protect.findhelp.addresses import REST
from protect.findhelp.views import answers, places, services

app_name = "findhelp"

TAG = r"(?P<tag>[a-z]{2,3}(?:-[A-Za-z]{2,4})?)"
CODE = r"(?P<code>[a-z2-9]{6})"
ASKED = r"(?P<place>[a-z2-9]{6})-(?P<need>[a-z2-9]{2})"
QUIET = r"(?P<quiet>/q)?"

urlpatterns = [
    path("", places.language_list, name="language_list"),
    re_path(rf"^l/(?P<rest>{REST})$", places.language_list, name="language_choice"),
    path("robots.txt", places.robots, name="robots"),
    re_path(rf"^{TAG}$", places.country_list, name="country_list"),
    re_path(rf"^{TAG}/{CODE}{QUIET}$", places.page, name="page"),
    re_path(rf"^{TAG}/{ASKED}{QUIET}$", answers.results, name="results"),
    re_path(rf"^{TAG}/{ASKED}{QUIET}/(?P<step>[2-9])$", answers.results, name="results_more"),
    re_path(rf"^{TAG}/{ASKED}{QUIET}/{CODE}$", services.service, name="service"),
    re_path(rf"^{TAG}/{CODE}/w$", services.wrong, name="wrong"),
    re_path(rf"^{TAG}/{ASKED}/info-4\.pdf$", answers.pathway, name="pathway"),
    re_path(rf"^{TAG}/{CODE}/info-3\.pdf$", services.card, name="card"),
    re_path(rf"^{TAG}/r/(?P<token>[A-Za-z0-9_-]+)$", answers.refined, name="refined"),
]
