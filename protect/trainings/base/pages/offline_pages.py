"""Pages that survive a reload without signal: their copy, their policy, the worker's script.
A copy is the page without a name, a place or a secret. Source: docs/adr/0034-without-signal.md."""

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
from protect.ui.assets import KEEPER, KEPT_CSP
from protect.vault.sessions import gates

LASTS = timedelta(days=3)  # a copy; as long as what lets a page of the desk send its numbers
# At the desk: the policy of a page that may have a worker, whose address one script names.
OF_DESK = cast("dict[str, list[str]]", settings.SECURE_CSP)
may_keep = csp_override({**OF_DESK, "worker-src": [CSP.SELF], "trusted-types": ["keeper"]})


class Keeping(NamedTuple):
    """A page's offline copy. `key` names it; `within` is the part that the worker sees."""

    key: UUID
    copy: str
    worker: str
    within: str


def as_copy(response: HttpResponse) -> HttpResponse:
    """Say until when a copy may be shown."""
    response.headers["Expires"] = http_date((clock.now() + LASTS).timestamp())
    return response


@gates.open_to_all
@require_safe
def keeper(request: HttpRequest) -> HttpResponse:
    """Send the worker's script: the same for every visitor, at an address above the pages."""
    headers = {"Content-Security-Policy": KEPT_CSP, "X-Robots-Tag": "noindex"}
    return HttpResponse(KEEPER, content_type="text/javascript; charset=utf-8", headers=headers)
