"""The links of guests, who take part in a group without an account. A link belongs to one entry of
a member: it ends when the guest leaves, and a guest that returns gets another one."""

from uuid import UUID

from django.utils.crypto import salted_hmac

from protect.coordination.groups.models import Member
from protect.kernel.ids import hash_token
from protect.orgs.access import get_row

LINK_SALT = "protect.coordination.guest"


def make_token(member_id: UUID) -> str:
    """Return the token of a guest's own link."""
    return salted_hmac(LINK_SALT, member_id.hex, algorithm="sha256").hexdigest()


def token_hash(member: Member) -> str:
    """Return the hash of a guest's token, which the row keeps."""
    return hash_token(make_token(member.pk))


def get_guest(token: str) -> Member:
    """Return the guest of a mailed link, with the group. Errors: Http404, the same for an unknown
    link and for that of a former member."""
    rows = Member.objects.current().select_related("group", "group__organisation")
    guest: Member = get_row(rows, token_hash=hash_token(token))
    return guest
