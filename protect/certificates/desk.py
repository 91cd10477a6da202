"""Desk tasks of certificates: certificates to issue, a key to make."""

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
from protect.vault.access import managed_by
from protect.vault.server_keys.badge_keys import controller_of, keys_of

SHOWN = 5  # rows of a panel
RECENT = timedelta(days=60)  # after the last half day; later it is no longer forgotten, but decided

type Panel = dict[str, object]


def advice_for(organisation: Organisation, *, at: datetime) -> rules.Advice | None:
    """Return the first step to take with an organisation's keys; None when all is well."""
    return rules.advice(
        keys_of(organisation.pk),
        controller=controller_of(organisation.pk),
        issued=models.Certificate.objects.filter(issuer=organisation).count(),
        at=at,
    )


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    """Yield past editions without any certificate, and keys that need a step."""
    if rows := [*_keys(scope, at), *_editions(scope, at)]:
        yield {
            # Translators: heading: certificates of trainings.
            "title": _("Certificates"),
            "rows": rows[:SHOWN],
            "count": len(rows),
            "more": reverse("certificates:issuer_keys"),
        }


def _editions(scope: Scope, at: datetime) -> Iterator[dict[str, object]]:
    rows = Edition.objects.filter(
        host__in=hosts_where(scope, Permission.PLAN_TRAININGS),
        state=EditionState.DONE,
        registrations__state=RegistrationState.CONFIRMED,
        registrations__participant__erased_at=None,
    ).exclude(Exists(models.Certificate.objects.filter(edition=OuterRef("pk"))))
    ended = rows.annotate(ended=Max("sessions__ends_at")).filter(ended__gt=at - RECENT)
    columns = ("pk", "code", "course_version__title", "ended")
    for pk, code, title, last in ended.order_by("ended", "pk").values_list(*columns):
        yield {
            "text": title,
            "detail": code,
            "url": reverse("certificates:edition_certificates", args=[pk]),
            # Translators: a button: certificates of a training are issued.
            "verb": _("Issue"),
            "due": last,
            "group": "soon",
        }


def _keys(scope: Scope, at: datetime) -> Iterator[dict[str, object]]:
    for each in managed_by(scope).filter(pk__in=Edition.objects.order_by("host").values("host")):
        advice = advice_for(each, at=at)
        if advice is not None:
            yield {
                "text": each.name,
                "detail": str(labels.ADVICE[advice]),
                "url": reverse("certificates:issuer_keys"),
                # Translators: a button: see the keys with which certificates are signed.
                "verb": _("Look"),
                "due": at,
                "group": "soon",
            }
