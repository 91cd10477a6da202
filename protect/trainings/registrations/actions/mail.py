"""What people are written to at each step. A mail says that there is news; the page says which.
Source: docs/adr/0028-links-without-account.md."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from protect.notices.actions import Mail, post, post_all
from protect.notices.enums import Template
from protect.orgs.scope import Scope
from protect.trainings.base import access, links
from protect.trainings.registrations import enums, rules
from protect.trainings.registrations.models import Participant, Registration, Sender
from protect.trainings.scheduling.actions.mail import waits
from protect.trainings.scheduling.models import Edition

# The mail that leads to a registration, where it is not TRAINING_REGISTERED.
LINK_MAILS = {
    enums.RegistrationState.UNPROVEN: Template.TRAINING_TO_CONFIRM,
    enums.RegistrationState.OFFERED: Template.TRAINING_OFFERED,
}


def tell(rows: Iterable[Registration], template: Template, *, at: datetime) -> None:
    """Write to people about their registrations, with their own link. Erased people have none."""
    rows = list(rows)
    people = Participant.objects.in_bulk({row.participant_id for row in rows})
    mails = []
    for row in rows:
        person = people[row.participant_id]
        if person.email:
            _refresh_hash(row)
            link = own_address(row, person.language_id)
            mails.append(Mail(person.email, template, person.language_id, link))
    post_all(mails, at=at)


def tell_entered(rows: Iterable[Registration], *, at: datetime) -> None:
    """Mail participants who were just registered, by themselves or by others."""
    rows = list(rows)
    tell(
        [row for row in rows if row.source != enums.Source.APPLIED], Template.TRAINING_NAMED, at=at
    )
    tell_link([row for row in rows if row.source == enums.Source.APPLIED], at=at)


def tell_link(rows: Iterable[Registration], *, at: datetime) -> None:
    """Mail participants the link and state of their registrations, by the template of the state."""
    by_template: dict[Template, list[Registration]] = {}
    for row in rows:
        template = LINK_MAILS.get(enums.RegistrationState(row.state), Template.TRAINING_REGISTERED)
        by_template.setdefault(template, []).append(row)
    for template, registrations in by_template.items():
        tell(registrations, template, at=at)


@transaction.atomic
def send_again(scope: Scope, registration: Registration, *, at: datetime) -> None:
    """Mail a participant their own link once more. Errors: PermissionDenied."""
    audit = access.planner_context(scope, registration.edition.host_id, at=at)
    tell_link([registration], at=at)
    audit.record("trainings.link_again", registration)


def tell_once_more(row: Registration, *, is_wanted: bool, at: datetime) -> None:
    """Mail the link of a registration again, if it is wanted and no mail with it waits.
    The mail is written in any case, and taken back: what is done does not tell which it was."""
    is_waiting = has_mail_waiting(row)  # looked up in any case: all addresses cost the same
    with kept_if(is_wanted and not is_waiting):
        tell_link([row], at=at)


@contextmanager
def kept_if(is_kept: bool) -> Iterator[None]:  # noqa: FBT001 - the word of the function
    """Keep what the block writes, or take it back.
    By hand: a savepoint of `atomic` would take the waking of the mail's sender back as well."""
    before = transaction.savepoint_create()
    yield
    (transaction.savepoint_commit if is_kept else transaction.savepoint_rollback)(before)


def remind(edition: Edition, email: str, *, at: datetime) -> None:
    """Mail a participant the link of their registration, unless it is on its way.
    Any visitor can ask for it by typing the address."""
    rows = edition.registrations.active().filter(participant__email=rules.folded(email))
    rows = rows.select_related("participant").order_by("pk")
    tell_link([row for row in rows if not has_mail_waiting(row)], at=at)


def tell_sender(sender: Sender, token: str, *, at: datetime) -> None:
    """Mail a sender the link by which it names people. Errors: mail_address_bad."""
    post(
        at=at,
        to=sender.email,
        template=Template.TRAINING_SENDER,
        language=sender.language_id,
        link=links.public_address("open:send", token, tag=sender.language_id),
    )


def own_address(row: Registration, language: str) -> str:
    return links.public_address("open:own", row.own_token(), tag=language)


def has_mail_waiting(row: Registration) -> bool:
    """Return whether a mail with this registration's link has not left yet."""
    person = row.participant
    link = own_address(row, person.language_id)
    sent = (Template.TRAINING_REGISTERED, Template.TRAINING_NAMED, *LINK_MAILS.values())
    return waits(person.email, sent, link)


def _refresh_hash(row: Registration) -> None:
    """Write the hash anew of a link that was made otherwise when it was mailed before."""
    now = access.token_hash(row.own_token())
    if now != row.token_hash:
        row.token_hash = now
        row.save(update_fields=["token_hash"])
