"""Mail to booked people and to the logistics team, and the secret links in this mail."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from protect.audit.context import AuditContext
from protect.kernel.ids import hash_token
from protect.notices import actions, enums, models
from protect.orgs.access import users_with
from protect.orgs.enums import Permission
from protect.trainings.base.links import public_address
from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.models import Edition, Resource

TOKEN_BYTES = 32  # of a participant's random feed token; tokens of links here are derived


class Link(StrEnum):
    """The secret links of a person: to the page and to the calendar feed of their bookings."""

    PAGE = "page"
    FEED = "feed"


# The columns of a link: the hash of its token, and the number that the token is made from.
LINK_COLUMNS = {Link.PAGE: ("token_hash", "link_number"), Link.FEED: ("feed_hash", "feed_number")}


@transaction.atomic
def activate_link(resource: Resource, link: Link, *, audit: AuditContext) -> str:
    """Activate a link and return its token. Repeating the call returns the same token."""
    row = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    column, _ = LINK_COLUMNS[link]
    token = _derive_token(row, link)
    if getattr(row, column) != hash_token(token):
        setattr(row, column, hash_token(token))
        row.save(update_fields=[column])
        audit.record("trainings.link_give", row)
    return token


@transaction.atomic
def deactivate_link(resource: Resource, link: Link, *, audit: AuditContext) -> None:
    """Deactivate a link of a person. The next link has another token."""
    row = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    column, number = LINK_COLUMNS[link]
    if getattr(row, column) is None:
        return
    setattr(row, column, None)
    setattr(row, number, getattr(row, number) + 1)
    row.save(update_fields=[column, number])
    audit.record("trainings.link_end", row)


def active_token(resource: Resource, link: Link) -> str:
    """Return the token of a link that is active; "" if there is none."""
    token = _derive_token(resource, link)
    return token if getattr(resource, LINK_COLUMNS[link][0]) == hash_token(token) else ""


def own_bookings_url(resource: Resource, token: str) -> str:
    return public_address("open:own_bookings", token, tag=resource.mail_language_id or "")


def _derive_token(resource: Resource, link: Link) -> str:
    message = f"{link}:{resource.pk}:{getattr(resource, LINK_COLUMNS[link][1])}"
    return salted_hmac("trainings.bookings", message, algorithm="sha256").hexdigest()


def notify_booked_people(resources: Iterable[Resource], *, at: datetime) -> None:
    """Queue a mail to each booked person with an address, with a link to the desk or own page."""
    for resource in {row.pk: row for row in resources}.values():
        if resource.kind != ResourceKind.PERSON:
            continue
        if resource.user is not None:
            link = f"{settings.STAFF_URL}/trainings/own"
            language = resource.user.language
            post_once(resource.user.email, enums.Template.WORK_WAITING, language, link, at=at)
        elif resource.email:
            audit = AuditContext(at=at, actor=None, organisation=resource.organisation_id)
            token = activate_link(resource, Link.PAGE, audit=audit)
            language, link = resource.mail_language_id or "en", own_bookings_url(resource, token)
            post_once(resource.email, enums.Template.TRAINING_BOOKED, language, link, at=at)


def notify_logistics_team(edition: Edition, *, at: datetime) -> None:
    """Queue a mail that asks the logistics team to confirm arrangements again."""
    if edition.logistics_team_id is None:
        return
    link = f"{settings.STAFF_URL}/trainings/{edition.pk}/needs"
    for member in users_with(Permission.WORK, team=edition.logistics_team_id):
        post_once(member.email, enums.Template.WORK_WAITING, member.language, link, at=at)


def post_once(to: str, template: enums.Template, language: str, link: str, *, at: datetime) -> None:
    """Queue a mail, unless the same one is still queued."""
    if not is_queued(to, [template], link):
        actions.post_mail(at=at, to=to, template=template.value, language=language, link=link)


def is_queued(to: str, templates: Collection[enums.Template], link: str) -> bool:
    """Return whether a mail with one of these templates and this link is still queued."""
    rows = models.Outgoing.objects.filter(sent_at=None, given_up_at=None)
    return rows.filter(to=to, template__in=templates, link=link).exists()
