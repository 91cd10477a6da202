"""Mail to members of a group: it has no content, only a link to the desk or to a guest's page."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from protect.coordination.groups.guest_links import make_token
from protect.coordination.groups.models import Member
from protect.notices.actions import post_mail
from protect.notices.enums import Template
from protect.orgs.access import notify
from protect.orgs.rules import is_demo_address
from protect.trainings.base.links import public_address


def mail_members(members: Iterable[Member], path: str, *, at: datetime) -> int:
    """Mail members that something waits for them: users a link to a page of the desk (`path`),
    guests their own link. Needs `user` loaded. Return how many members there are."""
    members = list(members)
    notify([each.user for each in members if each.user], Template.WORK_WAITING, at=at, path=path)
    for guest in filter(_may_be_mailed, members):
        name, token = "open_coordination:guest", make_token(guest.pk)
        link = public_address(name, token, tag=guest.language)
        template = Template.GROUP_WAITING
        post_mail(at=at, to=guest.email, template=template, language=guest.language, link=link)
    return len(members)


def _may_be_mailed(member: Member) -> bool:
    """Return whether a member is a guest with a page. A demo mails only to an address that cannot
    exist."""
    is_allowed = not settings.IS_DEMO or is_demo_address(member.email)
    return member.is_guest and bool(settings.PUBLIC_URL) and is_allowed
