"""Keys with which organisations sign certificates, and the next step with them."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.certificates import desk, extension, labels
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.models import Organisation
from protect.trainings.base import access
from protect.trainings.base.pages.frame import done, show, show_tab
from protect.trainings.documents import access as documents_access
from protect.vault.access import get_badge_key, managed_by
from protect.vault.models import BadgeKey
from protect.vault.server_keys import badge_keys
from protect.vault.sign_in.frame import stepped_up


@require_safe
def issuer_keys(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    rows = list(documents_access.issuers_of(scope))
    if not rows:
        access.must_plan_somewhere(scope)
    managed = set(managed_by(scope).values_list("pk", flat=True))
    issuers = [_issuer(each, clock.now(), may_manage=each.pk in managed) for each in rows]
    return show_tab(request, extension.KEYS, "certificates/issuer_keys.html", {"issuers": issuers})


@require_http_methods(["GET", "POST"])
@stepped_up
def issuer_key_make(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = access.the_one(managed_by(scope).filter(pk=pk))
    if request.method == "POST":
        badge_keys.make(scope, organisation, at=clock.now())
        return done(request, _("Made. Certificates can be issued."), "certificates:issuer_keys")
    context = {
        "question": _("Make a key for certificates?"),
        "effects": [
            _("New certificates are signed with it."),
            _("The key before is retired. What it signed stays valid."),
            _("Its secret half stays on the server and is never shown."),
        ],
        "verb": _("Make a key"),
        "back": reverse("certificates:issuer_keys"),
    }
    return show(request, "certificates/issuer_key.html", None, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def issuer_key_distrust(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    key = get_badge_key(scope, pk)
    if request.method == "POST":
        badge_keys.retire(scope, key, at=clock.now(), distrust=True)
        return done(request, _("Done. Now make a new key."), "certificates:issuer_keys")
    context = {
        "question": _("Stop trusting this key?"),
        "effects": [
            _("Nothing that it signed counts any more, whatever its date."),
            _("Once there is a new key, every certificate is signed anew in the night."),
            _("People download their certificates again. Addresses and codes on paper stay."),
            _("This cannot be undone."),
        ],
        "verb": _("Stop trusting it"),
        "is_danger": True,
        "back": reverse("certificates:issuer_keys"),
    }
    return show(request, "certificates/issuer_key.html", None, context)


def _issuer(organisation: Organisation, at: datetime, *, may_manage: bool) -> dict[str, object]:
    rows = BadgeKey.objects.filter(organisation=organisation).order_by("-created", "pk")
    advice = desk.advice_for(organisation, at=at)
    keys = [(each, labels.key_state(each)) for each in rows]
    return {
        "organisation": organisation,
        "keys": keys,
        "to_do": labels.ADVICE[advice] if advice else "",
        "has_key": any(each.retired_at is None for each, _state in keys),
        "may_manage": may_manage,
    }
