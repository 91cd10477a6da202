"""Mails to participants at each step. A mail says only that there is news; its link leads to the
page with the news. Source: docs/adr/0028-links-without-account.md."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from protect.kernel.database import commit_if
from protect.kernel.ids import hash_token
from protect.notices.actions import Mail, post_mail, post_mails
from protect.notices.enums import Template
from protect.orgs.scope import Scope
from protect.trainings.base import access, links
from protect.trainings.registrations import enums, rules
from protect.trainings.registrations.models import Participant, Registration, Sender
from protect.trainings.scheduling.actions.mail import is_queued
from protect.trainings.scheduling.models import Edition

TEMPLATE_BY_STATE = {  # of the mail with the own link; in other states TRAINING_REGISTERED
    enums.RegistrationState.UNPROVEN: Template.TRAINING_TO_CONFIRM,
    enums.RegistrationState.OFFERED: Template.TRAINING_OFFERED,
}


def mail_participants(rows: Iterable[Registration], template: Template, *, at: datetime) -> None:
    """Mail participants their own link, with a template. Erased participants are skipped."""
    rows = list(rows)
    people = Participant.objects.in_bulk({row.participant_id for row in rows})
    mails = []
    for row in rows:
        person = people[row.participant_id]
        if person.email:
            _update_token_hash(row)
            link = own_link_url(row, person.language_id)
            mails.append(Mail(person.email, template, person.language_id, link))
    post_mails(mails, at=at)


def mail_new_registrations(rows: Iterable[Registration], *, at: datetime) -> None:
    """Mail new participants; nominated people and classes get a template of their own."""
    rows = list(rows)
    named = [row for row in rows if row.source != enums.Source.APPLIED]
    mail_participants(named, Template.TRAINING_NAMED, at=at)
    mail_own_links([row for row in rows if row.source == enums.Source.APPLIED], at=at)


def mail_own_links(rows: Iterable[Registration], *, at: datetime) -> None:
    """Mail participants their own links, with the template for the state of each registration."""
    by_template: dict[Template, list[Registration]] = {}
    for row in rows:
        state = enums.RegistrationState(row.state)
        template = TEMPLATE_BY_STATE.get(state, Template.TRAINING_REGISTERED)
        by_template.setdefault(template, []).append(row)
    for template, registrations in by_template.items():
        mail_participants(registrations, template, at=at)


@transaction.atomic
def mail_link_again(scope: Scope, registration: Registration, *, at: datetime) -> None:
    """Mail a participant's own link again, for a coordinator. Errors: PermissionDenied."""
    audit = access.planner_context(scope, registration.edition.host_id, at=at)
    mail_own_links([registration], at=at)
    audit.record("trainings.link_again", registration)


def mail_link_if_wanted(row: Registration, *, is_wanted: bool, at: datetime) -> None:
    """Mail the link of a registration again if `is_wanted` and no such mail is queued. The mail is
    always written, and rolled back if not due, so that the response takes the same time."""
    is_waiting = has_mail_waiting(row)  # always read: all addresses take the same time
    with commit_if(is_wanted and not is_waiting):
        mail_own_links([row], at=at)


def mail_link_reminder(edition: Edition, email: str, *, at: datetime) -> None:
    """Mail an address registered here its own link, unless queued. Any visitor can request it."""
    rows = edition.registrations.active().filter(participant__email=rules.fold_email(email))
    rows = rows.select_related("participant").order_by("pk")
    mail_own_links([row for row in rows if not has_mail_waiting(row)], at=at)


def mail_nomination_link(sender: Sender, token: str, *, at: datetime) -> None:
    """Mail a nominating organisation its nomination link. Errors: mail_address_bad."""
    tag, template = sender.language_id, Template.TRAINING_SENDER
    link = links.public_address("open:send", token, tag=tag)
    post_mail(at=at, to=sender.email, template=template, language=tag, link=link)


def own_link_url(row: Registration, language: str) -> str:
    return links.public_address("open:own", row.own_token(), tag=language)


def has_mail_waiting(row: Registration) -> bool:
    """Return whether a mail with this registration's link has not been sent yet."""
    person = row.participant
    templates = (Template.TRAINING_REGISTERED, Template.TRAINING_NAMED, *TEMPLATE_BY_STATE.values())
    return is_queued(person.email, templates, own_link_url(row, person.language_id))


def _update_token_hash(row: Registration) -> None:
    """Store the hash of the own link if the way to derive the link has changed."""
    current_hash = hash_token(row.own_token())
    if current_hash != row.token_hash:
        row.token_hash = current_hash
        row.save(update_fields=["token_hash"])
