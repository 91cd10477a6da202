"""The page from which a load balancer learns whether this server can answer requests."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from protect.matching import published


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Return the version of the snapshot that answers; 503 while there is none."""
    version = published.ready_version()
    if version is None:
        status, text = HTTPStatus.SERVICE_UNAVAILABLE, "not ready\n"
    else:
        status, text = HTTPStatus.OK, f"ready {version}\n"
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
