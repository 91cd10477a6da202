"""Posts mail, sends what is due, erases what is past its retention."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from protect.kernel import clock
from protect.notices import delivery, enums, errors, rules
from protect.notices.models import ENDED, Outgoing, OutgoingQuerySet

# By name, as the queue itself knows it: the task calls `sweep` below.
WAKE = "protect.notices.tasks.wake"
TASKS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Swept:
    """Result of a sweep. Units: mails; left: due now and not leased."""

    sent: int
    failed: int
    left: int


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that is to go: template is a code of enums.Template, language a BCP 47 tag."""

    to: str
    template: str
    language: str
    link: str = ""


def post(*, at: datetime, to: str, template: str, language: str, link: str = "") -> Outgoing:
    """Put a mail into the outbox, in the caller's transaction.
    Errors: mail_address_bad; ValueError."""
    return post_all([Mail(to, template, language, link)], at=at)[0]


def post_all(mails: Iterable[Mail], *, at: datetime) -> list[Outgoing]:
    """Put many mails into the outbox at once. Errors: as `post`, also for one of them."""
    rows = Outgoing.objects.bulk_create([_outgoing(each, at) for each in mails])
    if rows:
        transaction.on_commit(_wake, robust=True)
    return rows


def sweep(*, at: datetime, limit: int = 50, may_go_on: Callable[[], bool] = lambda: True) -> Swept:
    """Send what is due, one mail after the other; `may_go_on` is asked before each.
    A mail is leased before it is sent and marked afterwards, each in a transaction of its own: a
    worker that dies between the two leaves a lease, and the mail is sent again once it expires.
    Errors: mail_not_set, DataError; nothing is leased then."""
    delivery.must_be_configured()
    begun, counts = clock.now(), [0, 0]

    def moment() -> datetime:
        """Let `at` go on while mail is sent: a slow sweep must not end with leases half spent."""
        return at + (clock.now() - begun)

    for _ in range(limit):
        row = _lease(moment()) if may_go_on() else None
        if row is None:
            break
        counts[_send(row, moment())] += 1
    left = Outgoing.objects.ready(moment()).count()
    return Swept(sent=counts[True], failed=counts[False], left=left)


def forget_sent(*, at: datetime) -> int:
    """Erase the addresses of mail that ended 30 days ago. Return of how many."""
    before = at - rules.ADDRESS_KEPT
    over = Outgoing.objects.filter(Q(sent_at__lt=before) | Q(given_up_at__lt=before))
    return over.exclude(to="").update(to="")


@transaction.atomic
def forget_address(to: str, templates: Collection[str], *, at: datetime) -> int:
    """Erase an address from mail that waits or ended, not what is being sent; return how many."""
    rows = Outgoing.objects.filter(to__iexact=to, template__in=templates)
    ended = rows.filter(ENDED).update(to="")
    waits = rows.exclude(ENDED).filter(Q(leased_until=None) | Q(leased_until__lte=at))
    gone = {"to": "", "link": "", "leased_until": None, "given_up_at": at}
    return ended + waits.update(**gone, failed_code=rules.ERASED)


def forget_tasks(*, at: datetime) -> int:
    """Delete what the queue remembers of tasks that ended a day ago. Return how many."""
    return DBTaskResult.objects.finished().filter(finished_at__lt=at - TASKS_KEPT).delete()[0]


def _outgoing(mail: Mail, at: datetime) -> Outgoing:
    code = enums.Template(mail.template)
    rules.must_be_link(mail.link, code)
    try:
        validate_email(mail.to)
    except ValidationError:
        raise errors.NoticeRefusal("mail_address_bad") from None
    if len(mail.to) > rules.ADDRESS_LENGTH:
        raise errors.NoticeRefusal("mail_address_bad")
    return Outgoing(
        to=mail.to, template=code, language=mail.language, link=mail.link, due=at, created=at
    )


def _wake() -> None:
    """Tell the queue. When this fails it is logged, and the next sweep finds the row anyway."""
    import_string(WAKE).enqueue()


@transaction.atomic
def _lease(at: datetime) -> Outgoing | None:
    """Lease the next due mail, so that no other worker sends it; None when there is none.
    PostgreSQL skips what another sender is just taking; SQLite lets one transaction write."""
    row = Outgoing.objects.ready(at).select_for_update(skip_locked=True).first()
    if row is not None:
        row.leased_until = at + rules.LEASE
        row.tries += 1
        row.save(update_fields=["leased_until", "tries"])
    return row


def _send(row: Outgoing, at: datetime) -> bool:
    try:
        delivery.send(row)
    except delivery.REASONS as error:
        _put_back(row, delivery.failure_code(error), at)
        return False
    _mine(row).update(sent_at=at, leased_until=None, link="", failed_code="")
    return True


def _put_back(row: Outgoing, failure: str, at: datetime) -> None:
    if rules.is_over(row.created, at):
        _mine(row).update(given_up_at=at, leased_until=None, link="", failed_code=failure)
        return
    due = at + rules.delay_after(row.tries, failure)
    _mine(row).update(due=due, leased_until=None, failed_code=failure)


def _mine(row: Outgoing) -> OutgoingQuerySet:
    """Return the row as long as its lease is still ours."""
    return Outgoing.objects.filter(pk=row.pk, leased_until=row.leased_until, tries=row.tries)
