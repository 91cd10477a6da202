"""Pages that open without a connection: their offline copy, its policy and the service worker. The
copy contains no name, no location and no secret. Source: docs/adr/0034-without-signal.md."""

from datetime import timedelta
from typing import NamedTuple, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP
from django.utils.http import http_date
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from protect.kernel import clock
from protect.ui.assets import OFFLINE_CSP, OFFLINE_WORKER
from protect.vault.sessions import gates

COPY_LIFETIME = timedelta(days=3)  # of an offline page on a device; as PASS_LASTS of head counts
# The content security policy of the desk.
DESK_CSP = cast("dict[str, list[str]]", settings.SECURE_CSP)
# Decorator of a view: its page may register the service worker that stores it offline.
allow_copy = csp_override({**DESK_CSP, "worker-src": [CSP.SELF], "trusted-types": ["keeper"]})


class OfflineSettings(NamedTuple):
    """Settings of a page that opens offline. `key` names its copy; `copy` and `worker` are
    addresses. `within` is the part of the site that the service worker controls."""

    key: UUID
    copy: str
    worker: str
    within: str


def set_copy_expiry(response: HttpResponse) -> HttpResponse:
    """Set the header that ends a device's offline copy of this page after COPY_LIFETIME."""
    response.headers["Expires"] = http_date((clock.now() + COPY_LIFETIME).timestamp())
    return response


@gates.open_to_all
@require_safe
def service_worker_script(request: HttpRequest) -> HttpResponse:
    """Send the service worker's script, at an address above the pages that it controls."""
    headers = {"Content-Security-Policy": OFFLINE_CSP, "X-Robots-Tag": "noindex"}
    media_type = "text/javascript; charset=utf-8"
    return HttpResponse(OFFLINE_WORKER, content_type=media_type, headers=headers)
