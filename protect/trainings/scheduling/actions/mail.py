"""Mail to booked people and to people who arrange needs: that work waits, and never which."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings

from protect.audit.context import AuditContext
from protect.notices.actions import post
from protect.notices.enums import Template
from protect.notices.models import Outgoing
from protect.orgs.enums import Permission
from protect.orgs.holders import holders
from protect.trainings.scheduling.actions.links import Link, give, page_address
from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.models import Edition, Resource


def tell_booked(resources: Iterable[Resource], *, at: datetime) -> None:
    """Queue a mail to each person with an address, unless the same mail has not left yet.

    It leads to the desk or, for a person without an account, to the page of their own link.
    """
    for each in {row.pk: row for row in resources}.values():
        if each.kind != ResourceKind.PERSON:
            continue
        if each.user is not None:
            link = f"{settings.STAFF_URL}/trainings/own"
            language = each.user.language
            post_once(each.user.email, Template.WORK_WAITING, language, link, at=at)
        elif each.email:
            token = give(
                each,
                Link.PAGE,
                audit=AuditContext(at=at, actor=None, organisation=each.organisation_id),
            )
            language, link = each.mail_language_id or "en", page_address(each, token)
            post_once(each.email, Template.TRAINING_BOOKED, language, link, at=at)


def tell_arrangers(edition: Edition, *, at: datetime) -> None:
    """Queue a mail to the team that arranges needs: arrangements must be confirmed again."""
    if edition.logistics_team_id is None:
        return
    link = f"{settings.STAFF_URL}/trainings/{edition.pk}/needs"
    for person in holders(Permission.WORK, team=edition.logistics_team_id):
        post_once(person.email, Template.WORK_WAITING, person.language, link, at=at)


def post_once(to: str, template: Template, language: str, link: str, *, at: datetime) -> None:
    """Post a mail, unless the same one has not left yet."""
    if not waits(to, [template], link):
        post(at=at, to=to, template=template.value, language=language, link=link)


def waits(to: str, templates: Collection[Template], link: str) -> bool:
    """Return whether a mail of these kinds that leads to the same page has not left yet."""
    rows = Outgoing.objects.filter(sent_at=None, given_up_at=None, to=to, template__in=templates)
    return rows.filter(link=link).exists()
