import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.handlers.base import BaseHandler
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from protect.audit.actions import record, record_refusal
from protect.audit.models import Entry
from protect.kernel.errors import ProtectError
from tests.audit.writing import AT, CHAIN, SAFE_HOUSE

SPELLED = {
    "at": AT,
    "chain": CHAIN,
    "action": "demo.open",
    "actor": None,
    "organisation": SAFE_HOUSE,
}


@login_not_required
def opened(request):
    with transaction.atomic():
        record(**SPELLED)
    return HttpResponse("opened")


@login_not_required
def refused(request):
    record(**SPELLED)
    record_refusal(**SPELLED, outcome="outside_consent")
    raise ProtectError


@login_not_required
def failed(request):
    record_refusal(**SPELLED, outcome="outside_consent")
    raise ZeroDivisionError


class Refusals:
    """Answers a refusal as the site does: in `process_exception`, when all was rolled back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        return HttpResponse("no", status=403) if isinstance(error, ProtectError) else None


def handler500(request):
    return HttpResponse("500", status=500)


urlpatterns = [path("opened", opened), path("refused", refused), path("failed", failed)]


@pytest.fixture
def get(committed, settings, monkeypatch):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [
        "protect.audit.middleware.RefusalAuditMiddleware",
        f"{__name__}.Refusals",
    ]
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    handler = BaseHandler()
    handler.load_middleware()
    return lambda address: handler.get_response(RequestFactory().get(address))


def outcomes() -> list[str]:
    return list(Entry.objects.order_by("n").values_list("outcome", flat=True))


def test_completed_action_is_written_once(get):
    assert (get("/opened").status_code, outcomes()) == (200, ["done"])


def test_refusal_is_written_although_its_request_was_rolled_back(get):
    assert (get("/refused").status_code, outcomes()) == (403, ["outside_consent"])


def test_refusal_is_written_if_the_request_fails_afterwards(get):
    assert (get("/failed").status_code, outcomes()) == (500, ["outside_consent"])


def test_one_request_does_not_write_the_refusals_of_another(get):
    get("/refused")
    get("/opened")

    assert outcomes() == ["outside_consent", "done"]
