"""What a person posted and could not send: sealed to their public key, offered when they can."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from protect.kernel import clock, refusals
from protect.ui.forms import GO_ON_WRITING, KEPT_DRAFT
from protect.vault.errors import MemberKeyMismatch
from protect.vault.formats import context, errors, secrets, wraps
from protect.vault.integrity import authenticity
from protect.vault.models import Draft, UserKey
from protect.vault.sessions.browser_sessions import Entry
from protect.vault.sessions.unlocked import Unlocked

KEPT = timedelta(hours=24)
MOST = 5  # of one person: the newest stay
USED = KEPT_DRAFT
# Words in the name of a field whose content is never kept: `code_1` holds a code.
NEVER_KEPT = frozenset(
    {"csrfmiddlewaretoken", "password", "passphrase", "old", "again", "code", "codes"}
    | {"totp", "credential", "prf"}
)
# What a page puts into a form by itself: alone it is a button, and nothing was typed.
NOT_TYPED = frozenset({"seen", "had", "version"})

type Fields = dict[str, list[str]]
BY_ITSELF = frozenset({USED, "csrfmiddlewaretoken"})  # what every form brings
# The header by which js/desk.js asks to keep a form, and how its page is left.
LEFT = "X-Left"
BY_LINK = "link"
BY_LOCK = "lock"
LONGEST_ADDRESS = 200  # as in the model of drafts


@transaction.atomic
def keep(user: UUID, address: str, fields: Fields, *, at: datetime) -> Draft | None:
    """Seal a form that was posted while locked; nothing is needed but a public key.
    Units: kept for 24 hours. Passwords and codes are never among what is kept. Returns None for a
    person without keys, and when nothing is left to keep."""
    key, public = _newest_public(user)
    kept = {name: values for name, values in fields.items() if may_keep(name)}
    has_text = any(any(values) for name, values in kept.items() if name not in NOT_TYPED)
    if key is None or public is None or not has_text:
        return None
    draft = Draft(
        pk=uuid4(), user_id=user, user_version=key.version, address=address, expires=at + KEPT
    )
    draft.ct = wraps.seal_draft({"fields": kept}, public, _context(draft))
    draft.save(force_insert=True)
    of_user = Draft.objects.filter(user=user)
    newest = of_user.order_by("-expires", "pk").values_list("pk", flat=True)[:MOST]
    of_user.exclude(pk__in=list(newest)).delete()
    return draft


def waiting(unlocked: Unlocked, *, at: datetime) -> list[Draft]:
    """Return what waits for this person, the newest first."""
    return list(_of(unlocked).filter(expires__gt=at).order_by("-expires", "pk"))


def is_waiting(user: UUID, *, at: datetime) -> bool:
    """Return whether a draft waits for a person with a locked session, without opening it."""
    key = UserKey.newest_of(user)
    rows = Draft.objects.filter(user=user, expires__gt=at)
    return key is not None and rows.filter(user_version=key.version).exists()


def read(unlocked: Unlocked, draft: UUID, *, at: datetime) -> tuple[Draft, Fields] | None:
    """Return a draft and the fields of its form; None when it is gone, foreign or damaged."""
    row = _of(unlocked).filter(pk=draft, expires__gt=at).first()
    if row is None:
        return None
    try:
        return row, wraps.unseal_draft(bytes(row.ct), unlocked.secret, _context(row))["fields"]
    except errors.Damaged:
        return None


def drop(user: UUID, draft: UUID) -> bool:
    """Delete a draft of a person: it was used, or is not wanted. Return whether there was one."""
    return Draft.objects.filter(pk=draft, user=user).delete()[0] > 0


def forget_drafts(*, at: datetime) -> int:
    """Delete drafts that their writer did not come back for; return how many."""
    return Draft.objects.filter(expires__lte=at).delete()[0]


def _newest_public(user: UUID) -> tuple[UserKey | None, secrets.UserPublic | None]:
    """Return the newest key of a person, and what is sealed to it. They may begin anew meanwhile:
    then the key that was read is retired, and there is another one. Errors: MemberKeyMismatch."""
    key = UserKey.newest_of(user)
    while key is not None:
        try:
            return key, authenticity.user_public(key)
        except MemberKeyMismatch:
            before, key = key, UserKey.newest_of(user)
            if key == before:
                raise
    return None, None


def _of(unlocked: Unlocked) -> QuerySet[Draft]:
    """Return what this person can open: not what was sealed to a key that is forgotten."""
    return Draft.objects.filter(user=unlocked.user_id, user_version=unlocked.user_version)


def may_keep(name: str) -> bool:
    """Return whether what stands in a field of this name is kept: no password, no code."""
    return name not in {USED, GO_ON_WRITING} and NEVER_KEPT.isdisjoint(name.lower().split("_"))


def _context(draft: Draft) -> context.DraftContext:
    """Bind a draft to its form and to its end: put back with a later one, it does not open."""
    form = f"{draft.address} until {draft.expires.astimezone(UTC).isoformat()}"
    return context.draft(
        user=draft.user_id, user_version=draft.user_version, draft=draft.pk, form=form
    )


def keep_posted(request: HttpRequest, entry: Entry) -> Draft | None:
    """Keep what was posted, for its sender alone; None when nothing of it may or can be kept.
    Nothing is sealed to a key that the ledger does not know: the officers learn of it, and the page
    that comes next says that the text was not kept."""
    if len(request.path) > LONGEST_ADDRESS:
        return None
    fields = {name: list(map(str, values)) for name, values in request.POST.lists()}
    try:
        return keep(entry.session.user_id, request.path, fields, at=clock.now())
    except MemberKeyMismatch as mismatch:
        refusals.tell(mismatch)
        return None


def is_left(request: HttpRequest) -> bool:
    """Return whether a form is posted only to be kept, because its page is left."""
    return request.method == "POST" and request.headers.get(LEFT) in {BY_LINK, BY_LOCK}


def keep_left(request: HttpRequest, entry: Entry) -> Draft | None:
    """Keep the form of a page that is left; an earlier draft of the same form gives way to it."""
    kept = keep_posted(request, entry)
    if kept is not None:
        drop_used(request, entry)
    return kept


def drop_used(request: HttpRequest, entry: Entry) -> None:
    """Drop the draft that a form was filled from, if it was filled from one."""
    try:
        used = UUID(request.POST.get(USED, ""))
    except ValueError:
        return
    drop(entry.session.user_id, used)


def brings_something(request: HttpRequest) -> bool:
    """Return whether a form says more than that a button was pressed: a text, a code or a file."""
    texts = (value for name, value in request.POST.items() if name not in BY_ITSELF)
    return bool(request.FILES) or any(texts)


def page_of_form(request: HttpRequest) -> str:
    """Return the page on which a form stood: its own address may take no GET."""
    stood = urlsplit(request.headers.get("Referer", ""))
    return stood.path if stood.netloc == request.get_host() else request.path
