"""Mail to booked people and to people who arrange needs, and the links that it leads to."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from protect.audit.context import AuditContext
from protect.notices import actions, enums, models
from protect.orgs.access import holders
from protect.orgs.enums import Permission
from protect.trainings.base.access import token_hash
from protect.trainings.base.links import public_address
from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.models import Edition, Resource

TOKEN_BYTES = 32


class Link(StrEnum):
    PAGE = "page"
    FEED = "feed"


# The columns of a link: the hash of its token, and the number of which it is made.
COLUMNS = {Link.PAGE: ("token_hash", "link_number"), Link.FEED: ("feed_hash", "feed_number")}


@transaction.atomic
def give(resource: Resource, link: Link, *, audit: AuditContext) -> str:
    """Return the token of a link, which works from now on. Twice is the same one."""
    row = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    column, _ = COLUMNS[link]
    token = _made(row, link)
    if getattr(row, column) != token_hash(token):
        setattr(row, column, token_hash(token))
        row.save(update_fields=[column])
        audit.record("trainings.link_give", row)
    return token


@transaction.atomic
def end(resource: Resource, link: Link, *, audit: AuditContext) -> None:
    """End a link of a person. The next link has another address."""
    row = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    column, number = COLUMNS[link]
    if getattr(row, column) is None:
        return
    setattr(row, column, None)
    setattr(row, number, getattr(row, number) + 1)
    row.save(update_fields=[column, number])
    audit.record("trainings.link_end", row)


def token_of(resource: Resource, link: Link) -> str:
    """Return the token of a link that works, "" where there is none."""
    token = _made(resource, link)
    return token if getattr(resource, COLUMNS[link][0]) == token_hash(token) else ""


def page_address(resource: Resource, token: str) -> str:
    return public_address("open:own_bookings", token, tag=resource.mail_language_id or "")


def _made(resource: Resource, link: Link) -> str:
    of = f"{link}:{resource.pk}:{getattr(resource, COLUMNS[link][1])}"
    return salted_hmac("trainings.bookings", of, algorithm="sha256").hexdigest()


def tell_booked(resources: Iterable[Resource], *, at: datetime) -> None:
    """Queue a mail to each person with an address; it leads to the desk or to their own link."""
    for each in {row.pk: row for row in resources}.values():
        if each.kind != ResourceKind.PERSON:
            continue
        if each.user is not None:
            link = f"{settings.STAFF_URL}/trainings/own"
            language = each.user.language
            post_once(each.user.email, enums.Template.WORK_WAITING, language, link, at=at)
        elif each.email:
            audit = AuditContext(at=at, actor=None, organisation=each.organisation_id)
            token = give(each, Link.PAGE, audit=audit)
            language, link = each.mail_language_id or "en", page_address(each, token)
            post_once(each.email, enums.Template.TRAINING_BOOKED, language, link, at=at)


def tell_arrangers(edition: Edition, *, at: datetime) -> None:
    """Queue a mail to the team that arranges needs: arrangements must be confirmed again."""
    if edition.logistics_team_id is None:
        return
    link = f"{settings.STAFF_URL}/trainings/{edition.pk}/needs"
    for person in holders(Permission.WORK, team=edition.logistics_team_id):
        post_once(person.email, enums.Template.WORK_WAITING, person.language, link, at=at)


def post_once(to: str, template: enums.Template, language: str, link: str, *, at: datetime) -> None:
    """Post a mail, unless the same one has not left yet."""
    if not waits(to, [template], link):
        actions.post(at=at, to=to, template=template.value, language=language, link=link)


def waits(to: str, templates: Collection[enums.Template], link: str) -> bool:
    """Return whether a mail of these kinds that leads to the same page has not left yet."""
    rows = models.Outgoing.objects.filter(
        sent_at=None, given_up_at=None, to=to, template__in=templates
    )
    return rows.filter(link=link).exists()
