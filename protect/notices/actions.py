"""Post mail, send due mail, and erase mail data after its retention."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass
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

# Imported by name, because the task imports this module.
WAKE_TASK_PATH = "protect.notices.tasks.wake"
TASK_RETENTION = timedelta(days=1)  # of a task's result, after its end


@dataclass(frozen=True, slots=True)
class SendingResult:
    """Result of `send_due_mails`. Units: mails; still_due: due now and not leased."""

    sent: int
    failed: int
    still_due: int


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to post. `template` is a code of enums.Template, `language` a BCP 47 tag."""

    to: str
    template: str
    language: str
    link: str = ""


def post_mail(*, at: datetime, to: str, template: str, language: str, link: str = "") -> Outgoing:
    """Put a mail into the outbox, in the caller's transaction; its commit starts the sending.
    Errors: mail_address_bad; ValueError for a wrong link or template."""
    return post_mails([Mail(to, template, language, link)], at=at)[0]


def post_mails(mails: Iterable[Mail], *, at: datetime) -> list[Outgoing]:
    """Put many mails into the outbox at once. Errors: as `post_mail`; none is posted then."""
    rows = Outgoing.objects.bulk_create([_build_valid_outgoing(each, at) for each in mails])
    if rows:
        transaction.on_commit(_enqueue_sending, robust=True)
    return rows


def send_due_mails(
    *, at: datetime, limit: int = 50, can_continue: Callable[[], bool] = lambda: True
) -> SendingResult:
    """Send up to `limit` due mails, one after the other, while `can_continue` returns true.
    A mail is leased before it is sent and marked afterwards, each in a transaction of its
    own: if a worker dies between the two, the mail is sent again once the lease expires.
    Errors: mail_not_set, DataError, before any mail is leased."""
    delivery.must_be_configured()
    started, counts = clock.now(), [0, 0]

    def current_time() -> datetime:
        """Return `at` plus the time since the call: a lease starts when its mail is sent."""
        return at + (clock.now() - started)

    for _ in range(limit):
        row = _lease_next_mail(current_time()) if can_continue() else None
        if row is None:
            break
        counts[_send_mail(row, current_time())] += 1
    still_due = Outgoing.objects.ready(current_time()).count()
    return SendingResult(sent=counts[True], failed=counts[False], still_due=still_due)


def erase_old_addresses(*, at: datetime) -> int:
    """Erase the addresses of mails that ended 30 days ago or earlier; return how many."""
    cutoff = at - rules.ADDRESS_RETENTION
    expired = Outgoing.objects.filter(Q(sent_at__lt=cutoff) | Q(given_up_at__lt=cutoff))
    return expired.exclude(to="").update(to="")


@transaction.atomic
def erase_address(to: str, templates: Collection[str], *, at: datetime) -> int:
    """Erase an address from mails of `templates` and give up the mails that still wait; return how
    many mails changed. Mails that are being sent at the moment keep their address."""
    rows = Outgoing.objects.filter(to__iexact=to, template__in=templates)
    ended = rows.filter(ENDED).update(to="")
    waiting = rows.exclude(ENDED).filter(Q(leased_until=None) | Q(leased_until__lte=at))
    erased_values = {"to": "", "link": "", "leased_until": None, "given_up_at": at}
    return ended + waiting.update(**erased_values, failed_code=rules.ERASED_FAILURE_CODE)


def delete_finished_tasks(*, at: datetime) -> int:
    """Delete task results of the queue a day or more after the task ended; return how many."""
    return DBTaskResult.objects.finished().filter(finished_at__lt=at - TASK_RETENTION).delete()[0]


def _build_valid_outgoing(mail: Mail, at: datetime) -> Outgoing:
    code = enums.Template(mail.template)
    rules.must_have_web_address_if_needed(mail.link, code)
    try:
        validate_email(mail.to)
    except ValidationError:
        raise errors.NoticeRefusal("mail_address_bad") from None
    if len(mail.to) > rules.ADDRESS_LENGTH:
        raise errors.NoticeRefusal("mail_address_bad")
    return Outgoing(**asdict(mail), due=at, created=at)


def _enqueue_sending() -> None:
    """Enqueue the sending task. If this fails, it is logged and the next run finds the mail."""
    import_string(WAKE_TASK_PATH).enqueue()


@transaction.atomic
def _lease_next_mail(at: datetime) -> Outgoing | None:
    """Lease the next due mail and count a try, so that no other worker sends it; else None.
    PostgreSQL skips rows that another worker has locked; SQLite has one writer at a time."""
    row = Outgoing.objects.ready(at).select_for_update(skip_locked=True).first()
    if row is not None:
        row.leased_until = at + rules.LEASE_DURATION
        row.tries += 1
        row.save(update_fields=["leased_until", "tries"])
    return row


def _send_mail(row: Outgoing, at: datetime) -> bool:
    """Send a leased mail and store the result; return whether it was sent."""
    try:
        delivery.send_mail(row)
    except delivery.DELIVERY_ERRORS as error:
        _retry_or_give_up(row, delivery.failure_code(error), at)
        return False
    _still_leased(row).update(sent_at=at, leased_until=None, link="", failed_code="")
    return True


def _retry_or_give_up(row: Outgoing, failure: str, at: datetime) -> None:
    if rules.is_retry_period_over(row.created, at):
        _still_leased(row).update(given_up_at=at, leased_until=None, link="", failed_code=failure)
        return
    due = at + rules.retry_delay(row.tries, failure)
    _still_leased(row).update(due=due, leased_until=None, failed_code=failure)


def _still_leased(row: Outgoing) -> OutgoingQuerySet:
    """Return a queryset of this mail, empty if its lease is no longer this worker's."""
    return Outgoing.objects.filter(pk=row.pk, leased_until=row.leased_until, tries=row.tries)
