"""URLs of the public site: language, six-letter code, need; `/q` if a visitor cannot speak."""

from django.urls import path, re_path

from protect.findhelp.addresses import LANGUAGE_FREE_PATH
from protect.findhelp.views import answers, places, rights, services

app_name = "findhelp"

TAG = r"(?P<tag>[a-z]{2,3}(?:-[A-Za-z]{2,4})?)"
CODE = r"(?P<code>[a-z2-9]{6})"
PLACE = r"(?P<place>[a-z2-9]{6})"
SEARCH = rf"{PLACE}-(?P<need>[a-z2-9]{{2}})"
SEALED = r"r/(?P<token>[A-Za-z0-9_-]+)"  # encrypted answers of a visitor
QUIET = r"(?P<quiet>/q)?"  # the visitor cannot speak

urlpatterns = [
    path("", places.language_list_page, name="language_list"),
    re_path(
        rf"^l/{TAG}/(?P<rest>{LANGUAGE_FREE_PATH})$",
        places.language_list_page,
        name="language_choice",
    ),
    path("robots.txt", places.robots_txt, name="robots"),
    re_path(rf"^{TAG}{QUIET}$", places.country_list_page, name="country_list"),
    re_path(rf"^{TAG}/{CODE}{QUIET}$", places.page_by_code, name="page"),
    re_path(rf"^{TAG}/{PLACE}{QUIET}/{CODE}$", places.page_for_place, name="page_for_place"),
    re_path(rf"^{TAG}/{SEARCH}{QUIET}$", answers.results_page, name="results"),
    re_path(rf"^{TAG}/{SEARCH}{QUIET}/(?P<step>[2-9])$", answers.results_page, name="results_more"),
    re_path(rf"^{TAG}/{SEARCH}{QUIET}/{CODE}$", services.service_in_search, name="service"),
    re_path(
        rf"^{TAG}/s/(?P<address>[0-9a-f]{{16}})\.(?P<file_format>ogg|mp3)$",
        rights.recording_file,
        name="recording",
    ),
    re_path(rf"^{TAG}/{CODE}/w$", services.report_problem, name="wrong"),
    re_path(rf"^{TAG}/{SEARCH}/info-4\.pdf$", answers.pathway_as_pdf, name="pathway"),
    re_path(rf"^{TAG}/{CODE}/info-3\.pdf$", services.card_as_pdf, name="card"),
    re_path(
        rf"^{TAG}/{CODE}/info-5\.(?P<kind>pdf|html)$", services.booklet_or_file, name="booklet"
    ),
    re_path(rf"^{TAG}/{SEALED}$", answers.refined_results, name="refined"),
    re_path(rf"^{TAG}/{SEALED}/{CODE}$", answers.page_in_refined, name="refined_service"),
    re_path(rf"^{TAG}/{SEALED}/info-4\.pdf$", answers.refined_as_pdf, name="refined_pathway"),
]
