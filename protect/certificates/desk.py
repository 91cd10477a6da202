"""Tasks about certificates on the desk: certificates to issue, signing keys that need attention."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from protect.certificates import labels, models, rules
from protect.orgs.enums import Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base.access import hosts_where
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition
from protect.ui.pages import panel_row
from protect.vault.access import managed_organisations
from protect.vault.server_keys.badge_keys import controller_name, published_keys

PANEL_ROWS = 5  # at most in one panel
REMIND_FOR = timedelta(days=60)  # after the last session; later, no reminder is needed

type Panel = dict[str, object]


def key_advice_for(organisation: Organisation, *, at: datetime) -> rules.KeyAdvice | None:
    """Return the next step to take with an organisation's keys; None if none is needed."""
    return rules.next_key_step(
        published_keys(organisation.pk),
        controller=controller_name(organisation.pk),
        issued=models.Certificate.objects.filter(issuer=organisation).count(),
        at=at,
    )


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    """Yield one panel or none: keys that need attention, past editions without certificates."""
    if rows := [*_key_rows(scope, at), *_edition_rows(scope, at)]:
        yield {
            "title": _("Certificates"),  # For translators: heading: certificates of trainings
            "rows": rows[:PANEL_ROWS],
            "count": len(rows),
            "more": reverse("certificates:issuer_keys"),
        }


def _edition_rows(scope: Scope, at: datetime) -> Iterator[dict[str, object]]:
    """Yield rows of the desk's panel: editions done in REMIND_FOR, without any certificate."""
    rows = Edition.objects.filter(
        host__in=hosts_where(scope, Permission.PLAN_TRAININGS),
        state=EditionState.DONE,
        registrations__state=RegistrationState.CONFIRMED,
        registrations__participant__erased_at=None,
    ).exclude(Exists(models.Certificate.objects.filter(edition=OuterRef("pk"))))
    ended = rows.annotate(ended=Max("sessions__ends_at")).filter(ended__gt=at - REMIND_FOR)
    columns = ("pk", "code", "course_version__title", "ended")
    for pk, code, title, last in ended.order_by("ended", "pk").values_list(*columns):
        url = reverse("certificates:edition_certificates", args=[pk])
        verb = _("Issue")  # For translators: a button: certificates of a training are issued
        yield panel_row(title, code, url, verb, due=last, group="soon")


def _key_rows(scope: Scope, at: datetime) -> Iterator[dict[str, object]]:
    """Yield rows of the desk's panel: organisations with keys that need attention."""
    hosts = Edition.objects.order_by("host").values("host")
    for organisation in managed_organisations(scope).filter(pk__in=hosts):
        advice = key_advice_for(organisation, at=at)
        if advice is not None:
            detail, url = str(labels.KEY_ADVICE_TEXTS[advice]), reverse("certificates:issuer_keys")
            verb = _("Look")  # For translators: a button: see keys that sign certificates
            yield panel_row(organisation.name, detail, url, verb, due=at, group="soon")
