"""Forms that book resources. They show candidates, and conflicts with names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _

from protect.directory.facts.sentences import language_name
from protect.kernel.errors import ProtectError
from protect.trainings.base import fields
from protect.trainings.scheduling import access, errors, labels, models, rules, vocabulary
from protect.trainings.scheduling.actions.bookings import BookingRequest
from protect.trainings.scheduling.actions.conflicts import Conflict, find_conflicts
from protect.trainings.scheduling.enums import BookingRole, ResourceKind, Severity
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage


class ConflictForm(DeskForm):
    """A form that shows conflicts of a booking; after a warning it requires a reason."""

    field_by_error_code = {"trainings_clash_needs_reason": "reason"}
    reason = fields.text_field(
        _("Reason to continue anyway"),  # For translators: to book though something is against it
        fields.REASON_LENGTH,
        _("Needed only if there is a conflict."),
        is_required=False,
    )

    def text_of(self, error: ProtectError) -> str:
        if not isinstance(error, errors.BookingConflictError):
            return super().text_of(error)
        rows = models.Resource.objects.filter(pk__in={about for _code, about in error.conflicts})
        names = dict(rows.order_by("pk").values_list("pk", "name"))
        return error.message_with(labels.conflict_sentences(error.conflicts, names))


# The kind of resource for each role that this form books: not rooms, and not ambassadors.
KINDS_BY_ROLE = {
    BookingRole.TRAINER: ResourceKind.PERSON,
    BookingRole.CO_TRAINER: ResourceKind.PERSON,
    BookingRole.INTERPRETER: ResourceKind.PERSON,
    BookingRole.CHILDCARE: ResourceKind.CHILDCARE,
    BookingRole.EQUIPMENT: ResourceKind.EQUIPMENT,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource with its conflicts, if it were booked for the whole session."""

    resource: models.Resource
    conflicts: Sequence[Conflict]
    host: UUID | None = None  # None: the host owns every candidate

    @property
    def co_host(self) -> str:
        """Return the name of the co-host that owns the resource; "" for the host's own."""
        owner = self.resource.organisation
        return owner.name if self.host not in {None, owner.pk} else ""

    @property
    def severity_rank(self) -> int:
        """Return 0 if the resource is free, 1 if a reason is needed, 2 if it cannot be booked."""
        severities = vocabulary.conflict_severities()
        own_severities = {severities[conflict.kind] for conflict in self.conflicts}
        return 2 if Severity.BLOCK in own_severities else len(own_severities)

    @property
    def conflict_text(self) -> str:
        return labels.conflict_sentences(self.conflicts, {self.resource.pk: self.resource.name})


def find_candidates(session: models.Session, role: BookingRole) -> list[Candidate]:
    """Return the resources that a session could book for a role, conflict-free ones first."""
    shared = {"session": session, "role": role}
    shared |= {"starts_at": session.starts_at, "ends_at": session.ends_at}
    resources = unbooked_resources(session, role).prefetch_related("languages")
    rows = [models.Booking(resource=resource, **shared) for resource in resources]
    conflicts = find_conflicts(rows)
    listed = [Candidate(row.resource, conflicts[row.pk], session.training.host_id) for row in rows]
    return sorted(listed, key=lambda row: (row.severity_rank, row.resource.name, row.resource.pk))


def unbooked_resources(session: models.Session, role: BookingRole) -> QuerySet[models.Resource]:
    """Return the active resources of the role's kind that this session has not booked yet."""
    booked = session.bookings.live().values("resource")
    rows = access.bookable_resources(session.training).exclude(pk__in=booked)
    rows = rows.filter(kind=KINDS_BY_ROLE[role], is_active=True)
    return rows.select_related("organisation").order_by("name", "pk")


class BookForm(ConflictForm):
    field_by_error_code = {**ConflictForm.field_by_error_code, "trainings_clash_blocks": "resource"}
    resource = fields.radio_buttons(_("Who or what"))  # For translators: is booked for a session
    # Translators: the language that an interpreter is booked for.
    language = forms.ChoiceField(label=_("Language to interpret"), required=False)
    # Translators: for how many children or people something is booked.
    quantity = fields.number_field(_("For how many"), 1, 1000, is_required=False, initial=1)
    clock_from = fields.time_field(_("From what time"), _("Leave empty: the whole session."))
    clock_to = fields.time_field(_("Until what time"), _("Leave empty: the whole session."))
    field_order = ["resource", "language", "quantity", "clock_from", "clock_to", "reason"]

    def __init__(
        self,
        *args: Any,
        session: models.Session | None = None,
        role: BookingRole = BookingRole.INTERPRETER,
        candidates: Iterable[Candidate] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.role = session, role
        candidates = [*candidates]
        self.resources = {
            str(candidate.resource.pk): candidate.resource for candidate in candidates
        }
        choices = [
            (str(candidate.resource.pk), candidate_choice(candidate)) for candidate in candidates
        ]
        self.fields["resource"].choices = choices  # type: ignore[attr-defined]
        if role == BookingRole.INTERPRETER:
            self.fields["language"].choices = [("", "–"), *fields.all_languages()]  # type: ignore[attr-defined]
        else:
            del self.fields["language"]
        if role in rules.TEACHING_ROLES | {BookingRole.INTERPRETER}:
            del self.fields["quantity"]

    def clean(self) -> None:
        if self.role == BookingRole.INTERPRETER and not self.cleaned_data.get("language"):
            self.add_error("language", _("Choose the language."))
        if self.session is not None:
            self.starts_at = self._instant_of("clock_from") or self.session.starts_at
            self.ends_at = self._instant_of("clock_to") or self.session.ends_at
            if not self.session.starts_at <= self.starts_at < self.ends_at <= self.session.ends_at:
                self.add_error("clock_from", _("Enter a start and an end within the session."))

    def booking_request(self) -> BookingRequest:
        values = self.cleaned_data
        resource, language = self.resources[values["resource"]], values.get("language") or None
        quantity = values.get("quantity") or 1
        return BookingRequest(resource, self.role, language, quantity, self.starts_at, self.ends_at)

    def _instant_of(self, field_name: str) -> datetime | None:
        """Return the time typed in a field, on the day of the session; None if it is empty."""
        local_time: time | None = self.cleaned_data.get(field_name)
        if local_time is None or self.session is None:
            return None
        zone = ZoneInfo(self.session.zone)
        return datetime.combine(self.session.starts_at.astimezone(zone), local_time, tzinfo=zone)


def candidate_choice(candidate: Candidate) -> SafeString:
    """Return a candidate as a choice; one of a co-host shows owner and availability only."""
    # Translators: a person, venue or thing has nothing else at the time of a session.
    availability = candidate.conflict_text or gettext("Free at that time")
    if candidate.co_host:
        return fields.choice_label(candidate.resource.name, candidate.co_host, availability)
    languages = sorted(language_name(row.pk) for row in candidate.resource.languages.all())
    return fields.choice_label(candidate.resource.name, availability, ", ".join(languages))


PAGES: dict[str, DraftPage] = {  # by URL name: forms kept as drafts during a locked session
    # Translators: a page: a person, venue or thing is booked for a session.
    "trainings:session_book": DraftPage(_("Book for a session"), BookForm)
}
