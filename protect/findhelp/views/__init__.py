"""The public pages. Each is one GET without state; a form answers with 303 to a sealed address."""

from __future__ import annotations

from protect.findhelp.views.answers import pathway, refined, results
from protect.findhelp.views.errors import error_400, error_404, error_500, refused_page
from protect.findhelp.views.places import country_list, language_list, page, robots
from protect.findhelp.views.reports import wrong
from protect.findhelp.views.services import card, service

__all__ = [
    "card",
    "country_list",
    "error_400",
    "error_404",
    "error_500",
    "language_list",
    "page",
    "pathway",
    "refined",
    "refused_page",
    "results",
    "robots",
    "service",
    "wrong",
]
