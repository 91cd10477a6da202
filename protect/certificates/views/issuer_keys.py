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
from protect.vault.access import get_badge_key, managed_organisations
from protect.vault.models import BadgeKey
from protect.vault.server_keys import badge_keys
from protect.vault.sign_in.frame import requires_step_up


@require_safe
def issuer_keys(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    rows = list(documents_access.issuers_of(scope))
    if not rows:
        access.must_plan_somewhere(scope)
    managed = set(managed_organisations(scope).values_list("pk", flat=True))
    issuers = [_issuer_context(row, clock.now(), may_manage=row.pk in managed) for row in rows]
    context = {"issuers": issuers}
    return show_tab(request, extension.KEYS_PAGE, "certificates/issuer_keys.html", context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def issuer_key_make(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = access.first_or_404(managed_organisations(scope).filter(pk=pk))
    if request.method == "POST":
        badge_keys.make_key(scope, organisation, at=clock.now())
        message = _("The key was created. Certificates can now be issued.")
        return done(request, message, "certificates:issuer_keys")
    context = {
        "question": _("Create a key for certificates?"),
        "effects": [
            _("New certificates are signed with it."),
            _("The previous key is retired. Certificates that it signed stay valid."),
            _("The private part of the key stays on the server and is never shown."),
        ],
        "verb": _("Create a key"),
        "back": reverse("certificates:issuer_keys"),
    }
    return show(request, "certificates/issuer_key.html", None, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def issuer_key_distrust(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    key = get_badge_key(scope, pk)
    if request.method == "POST":
        badge_keys.retire_key(scope, key, at=clock.now(), distrust=True)
        return done(
            request,
            _("The key is no longer trusted. If no other key is in use, create a new one now."),
            "certificates:issuer_keys",
        )
    context = {
        "question": _("Stop trusting this key?"),
        "effects": [
            _("No certificate that it signed is valid any more, whatever its date."),
            _("After you create a new key, all certificates are signed again in the night."),
            _(
                "Holders must download their certificates again. Addresses and printed "
                "codes stay the same."
            ),
            _("This cannot be undone."),
        ],
        "verb": _("Stop trusting this key"),
        "is_danger": True,
        "back": reverse("certificates:issuer_keys"),
    }
    return show(request, "certificates/issuer_key.html", None, context)


def _issuer_context(row: Organisation, at: datetime, *, may_manage: bool) -> dict[str, object]:
    keys = BadgeKey.objects.filter(organisation=row).order_by("-created", "pk")
    advice = desk.key_advice_for(row, at=at)
    return {
        "organisation": row,
        "keys": [(key, labels.key_state(key)) for key in keys],
        "to_do": labels.KEY_ADVICE_TEXTS[advice] if advice else "",
        "has_key": any(key.retired_at is None for key in keys),
        "may_manage": may_manage,
    }
