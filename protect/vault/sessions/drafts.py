"""Drafts: posted forms that could not be processed, sealed to their author's public key."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from protect.kernel import clock, refusals
from protect.ui.forms import KEPT_DRAFT_FIELD, RESUME_DRAFT_FIELD
from protect.vault.errors import MemberKeyMismatch
from protect.vault.formats import context, errors, secrets, wraps
from protect.vault.integrity import authenticity
from protect.vault.models import Draft, UserKey
from protect.vault.sessions.browser_sessions import BrowserSession
from protect.vault.sessions.unlocked import Unlocked

DRAFT_LIFETIME = timedelta(hours=24)
DRAFT_LIMIT = 5  # drafts of a user: the newest are kept
USED_DRAFT_FIELD = KEPT_DRAFT_FIELD  # hidden field: the draft that filled in the form
# Words in the name of a field whose content is never kept: `code_1` holds a code.
SECRET_FIELD_WORDS = frozenset(
    {"csrfmiddlewaretoken", "password", "passphrase", "old", "again", "code", "codes"}
    | {"totp", "credential", "prf"}
)
# Fields that a page fills in itself: a form with only these is a button without typed text.
AUTOMATIC_FIELDS = frozenset({"seen", "had", "version"})

type Fields = dict[str, list[str]]
COMMON_FIELDS = frozenset({USED_DRAFT_FIELD, "csrfmiddlewaretoken"})  # fields of every form
# The request header by which js/desk.js asks to keep a form; its value says how the page is left.
LEFT_HEADER = "X-Left"
LEFT_BY_LINK = "link"  # value of LEFT_HEADER: the user follows a link
LEFT_BY_LOCK = "lock"  # value of LEFT_HEADER: the user locks the session
MAX_ADDRESS_LENGTH = 200  # characters of a path, as in the model of drafts


@transaction.atomic
def keep_draft(user: UUID, address: str, fields: Fields, *, at: datetime) -> Draft | None:
    """Seal and save a form posted to `address`, without passwords and codes; delete all but a
    user's five newest drafts. None without keys or text in the form. Errors: MemberKeyMismatch."""
    key, public = _newest_key(user)
    kept_fields = {name: values for name, values in fields.items() if may_keep_field(name)}
    texts = (values for name, values in kept_fields.items() if name not in AUTOMATIC_FIELDS)
    has_text = any(any(values) for values in texts)
    if key is None or public is None or not has_text:
        return None
    version, expires = key.version, at + DRAFT_LIFETIME
    draft = Draft(user_id=user, user_version=version, address=address, expires=expires)
    draft.ct = wraps.seal_draft({"fields": kept_fields}, public, _seal_context(draft))
    draft.save(force_insert=True)
    own_drafts = Draft.objects.filter(user=user)
    newest = own_drafts.order_by("-expires", "pk").values_list("pk", flat=True)[:DRAFT_LIMIT]
    own_drafts.exclude(pk__in=list(newest)).delete()
    return draft


def waiting_drafts(unlocked: Unlocked, *, at: datetime) -> list[Draft]:
    """Return the drafts that this user can open, the newest first."""
    return list(_own_drafts(unlocked).filter(expires__gt=at).order_by("-expires", "pk"))


def has_waiting_draft(user: UUID, *, at: datetime) -> bool:
    """Return whether a user with a locked session has a draft, without opening it."""
    key = UserKey.newest_of(user)
    rows = Draft.objects.filter(user=user, expires__gt=at)
    return key is not None and rows.filter(user_version=key.version).exists()


def read_draft(unlocked: Unlocked, draft: UUID, *, at: datetime) -> tuple[Draft, Fields] | None:
    """Return a draft with its form fields; None if it is gone, another user's or damaged."""
    row = _own_drafts(unlocked).filter(pk=draft, expires__gt=at).first()
    if row is None:
        return None
    try:
        return row, wraps.unseal_draft(bytes(row.ct), unlocked.secret, _seal_context(row))["fields"]
    except errors.Damaged:
        return None


def delete_draft(user: UUID, draft: UUID) -> bool:
    """Delete a used or unwanted draft of a user. Return whether it existed."""
    return Draft.objects.filter(pk=draft, user=user).delete()[0] > 0


def delete_expired_drafts(*, at: datetime) -> int:
    return Draft.objects.filter(expires__lte=at).delete()[0]


def _newest_key(user: UUID) -> tuple[UserKey | None, secrets.UserPublicKey | None]:
    """Return a user's newest key and its verified public half. If the user restarts their account
    meanwhile, the newer key is read instead. Errors: MemberKeyMismatch."""
    key = UserKey.newest_of(user)
    while key is not None:
        try:
            return key, authenticity.verified_user_public_key(key)
        except MemberKeyMismatch:
            previous_key, key = key, UserKey.newest_of(user)
            if key == previous_key:
                raise
    return None, None


def _own_drafts(unlocked: Unlocked) -> QuerySet[Draft]:
    """Return drafts sealed to this user's current key, also expired ones; others do not open."""
    return Draft.objects.filter(user=unlocked.user_id, user_version=unlocked.user_version)


def may_keep_field(name: str) -> bool:
    """Return whether a field of this name may be kept: no password, code, token or draft id."""
    is_secret = not SECRET_FIELD_WORDS.isdisjoint(name.lower().split("_"))
    return name not in {USED_DRAFT_FIELD, RESUME_DRAFT_FIELD} and not is_secret


def _seal_context(row: Draft) -> context.DraftContext:
    """Bind a draft to its form and expiry, so that a copy with a later expiry does not open."""
    form = f"{row.address} until {row.expires.astimezone(UTC).isoformat()}"
    return context.draft(user=row.user_id, user_version=row.user_version, draft=row.pk, form=form)


def keep_posted_form(request: HttpRequest, entry: BrowserSession) -> Draft | None:
    """Keep a posted form for its sender alone; return None if nothing may or can be kept.
    Nothing is sealed to a key that the ledger does not know. In that case the data
    protection officers are alarmed, and the next page says that the text was not kept."""
    if len(request.path) > MAX_ADDRESS_LENGTH:
        return None
    fields = {name: list(map(str, values)) for name, values in request.POST.lists()}
    try:
        return keep_draft(entry.session.user_id, request.path, fields, at=clock.now())
    except MemberKeyMismatch as mismatch:
        refusals.report_refusal(mismatch)
        return None


def is_from_left_page(request: HttpRequest) -> bool:
    """Return whether a form is posted only to be kept, because its page is being left."""
    is_left = request.headers.get(LEFT_HEADER) in {LEFT_BY_LINK, LEFT_BY_LOCK}
    return request.method == "POST" and is_left


def keep_left_form(request: HttpRequest, entry: BrowserSession) -> Draft | None:
    """Keep the form of a page that is left; it replaces the draft that filled in the form."""
    draft = keep_posted_form(request, entry)
    if draft is not None:
        delete_draft_of_form(request, entry)
    return draft


def delete_draft_of_form(request: HttpRequest, entry: BrowserSession) -> None:
    """Delete the draft from which a posted form was filled in."""
    try:
        used_draft_id = UUID(request.POST.get(USED_DRAFT_FIELD, ""))
    except ValueError:
        return
    delete_draft(entry.session.user_id, used_draft_id)


def has_content(request: HttpRequest) -> bool:
    """Return whether a form has a file or a filled field of its own, be it secret or hidden."""
    texts = (value for name, value in request.POST.items() if name not in COMMON_FIELDS)
    return bool(request.FILES) or any(texts)


def page_of_form(request: HttpRequest) -> str:
    """Return the path of the page that held a form: the form's own address may not allow GET."""
    referring_page = urlsplit(request.headers.get("Referer", ""))
    return referring_page.path if referring_page.netloc == request.get_host() else request.path
