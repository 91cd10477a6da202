"""Draws the pages of an export with the site's own views, inside this process."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any, NamedTuple
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.utils import translation

from protect.findhelp.mirrors import Mirror
from protect.findhelp.views.frame import UNTIL_HEADER, VALID_INDEFINITELY
from protect.site.errors import SiteRefusal
from protect.site.export.sites import ExportedSite
from protect.site.server.wsgi import django_application

LINK = re.compile(rb'\shref="(/[^"#?]*)')  # of the same site


class DrawnPage(NamedTuple):
    body: bytes
    links: tuple[str, ...]  # paths, each once
    valid_until: datetime | None  # when a shown fact next changes by itself; None: not known


class Renderer:
    """Draws the pages of one site for one mirror."""

    def __init__(self, site: ExportedSite, mirror: Mirror) -> None:
        self._site, self._mirror = site, mirror

    def draw(self, path: str) -> DrawnPage:
        """Return a page. Errors: export_page_missing, if the site does not answer with it."""
        response = django_application.get_response(WSGIRequest(self._environ(path)))
        if response.status_code != HTTPStatus.OK or not isinstance(response, HttpResponse):
            raise SiteRefusal("export_page_missing", path=path, status=response.status_code)
        body = response.content
        return DrawnPage(body, find_links(body), _valid_until(response.headers))

    def draw_error(self, status: int, tag: str) -> bytes:
        """Return the page of an error in a language."""
        request = WSGIRequest(self._environ(f"/{tag}/"))
        with translation.override(tag):
            return self._site.error_pages[status](request).content

    def _environ(self, path: str) -> dict[str, Any]:
        environ: dict[str, Any] = {
            "PATH_INFO": path,
            "HTTP_HOST": self._site.hosts()[0],
            "wsgi.input": BytesIO(),
            **self._site.environ(self._mirror),
        }
        setup_testing_defaults(environ)
        return environ


def find_links(body: bytes) -> tuple[str, ...]:
    """Return the paths of the same site to which a page has links, each once."""
    found = (link.decode() for link in LINK.findall(body))
    return tuple(dict.fromkeys(link for link in found if not link.startswith("//")))


def _valid_until(headers: Mapping[str, str]) -> datetime | None:
    stamp = headers.get(UNTIL_HEADER, VALID_INDEFINITELY)
    return None if stamp == VALID_INDEFINITELY else datetime.fromtimestamp(int(stamp), UTC)
