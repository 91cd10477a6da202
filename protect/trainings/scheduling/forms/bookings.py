"""Forms that book: they show conflicts with names, and the candidates."""

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
from protect.trainings.scheduling import access, errors, labels, rules, vocabulary
from protect.trainings.scheduling.actions.bookings import Wanted
from protect.trainings.scheduling.actions.conflicts import Conflict, find_conflicts
from protect.trainings.scheduling.enums import BookingRole, ResourceKind, Severity
from protect.trainings.scheduling.models import Booking, Resource, Session
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import Page


class ClashForm(DeskForm):
    """A form that books a resource; a warning makes it require a reason."""

    mended_at = {"trainings_clash_needs_reason": "reason"}
    reason = fields.text(
        # Translators: why something is booked although something speaks against it.
        _("Why all the same"),
        fields.REASON_LENGTH,
        _("Only if something speaks against it."),
        is_asked=False,
    )

    def text_of(self, error: ProtectError) -> str:
        if not isinstance(error, errors.Clashing):
            return super().text_of(error)
        rows = Resource.objects.filter(pk__in={about for _code, about in error.conflicts})
        names = dict(rows.order_by("pk").values_list("pk", "name"))
        return error.saying(labels.findings(error.conflicts, names))


# As what a half day books whom or what, apart from its room, which it has by its venue.
KINDS = {
    BookingRole.TRAINER: ResourceKind.PERSON,
    BookingRole.CO_TRAINER: ResourceKind.PERSON,
    BookingRole.INTERPRETER: ResourceKind.PERSON,
    BookingRole.CHILDCARE: ResourceKind.CHILDCARE,
    BookingRole.EQUIPMENT: ResourceKind.EQUIPMENT,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource, and its conflicts if it were booked for the whole session."""

    resource: Resource
    against: Sequence[Conflict]
    host: UUID | None = None  # who plans; None: all are its own

    @property
    def co_host(self) -> str:
        """Return the name of the co-host that owns the resource; "" for the host's own."""
        owner = self.resource.organisation
        return owner.name if self.host not in {None, owner.pk} else ""

    @property
    def weight(self) -> int:
        """Return 0 if the resource is free, 1 if a reason is needed, 2 if it cannot be booked."""
        severities = vocabulary.conflict_severities()
        severities_found = {severities[each.clash] for each in self.against}
        return 2 if Severity.BLOCK in severities_found else len(severities_found)

    @property
    def findings(self) -> str:
        return labels.findings(self.against, {self.resource.pk: self.resource.name})


def candidates(session: Session, role: BookingRole) -> list[Candidate]:
    """Return the resources of the hosts that a session could book, in a handful of queries."""
    times = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    rows = [
        Booking(session=session, resource=each, role=role, **times)
        for each in bookable(session, role).prefetch_related("languages")
    ]
    against = find_conflicts(rows)
    listed = [Candidate(row.resource, against[row.pk], session.training.host_id) for row in rows]
    return sorted(listed, key=lambda each: (each.weight, each.resource.name, each.resource.pk))


def bookable(session: Session, role: BookingRole) -> QuerySet[Resource]:
    booked = session.bookings.live().values("resource")
    rows = access.offered_to(session.training).filter(kind=KINDS[role], is_active=True)
    return rows.exclude(pk__in=booked).select_related("organisation").order_by("name", "pk")


class BookForm(ClashForm):
    mended_at = {**ClashForm.mended_at, "trainings_clash_blocks": "resource"}
    # Translators: who or what is booked for a session.
    resource = fields.radio(_("Who or what"))
    # Translators: the language that an interpreter is booked for.
    language = forms.ChoiceField(label=_("Interprets"), required=False)
    # Translators: for how many children or people something is booked.
    quantity = fields.number(_("For how many"), 1, 1000, is_asked=False, initial=1)
    clock_from = fields.clock(_("From what time"), _("Leave empty: the whole half day."))
    clock_to = fields.clock(_("Until what time"), _("Leave empty: the whole half day."))
    field_order = ["resource", "language", "quantity", "clock_from", "clock_to", "reason"]

    def __init__(
        self,
        *args: Any,
        session: Session | None = None,
        role: BookingRole = BookingRole.INTERPRETER,
        candidates: Iterable[Candidate] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.role = session, role
        candidates = [*candidates]
        self.resources = {str(each.resource.pk): each.resource for each in candidates}
        choices = [(str(each.resource.pk), described(each)) for each in candidates]
        self.fields["resource"].choices = choices  # type: ignore[attr-defined]
        if role == BookingRole.INTERPRETER:
            self.fields["language"].choices = [("", "–"), *fields.languages()]  # type: ignore[attr-defined]
        else:
            del self.fields["language"]
        if role in rules.TEACHING | {BookingRole.INTERPRETER}:
            del self.fields["quantity"]

    def clean(self) -> None:
        if self.role == BookingRole.INTERPRETER and not self.cleaned_data.get("language"):
            self.add_error("language", _("Choose the language."))
        if self.session is not None:
            self.starts_at = self._at("clock_from") or self.session.starts_at
            self.ends_at = self._at("clock_to") or self.session.ends_at
            if not self.session.starts_at <= self.starts_at < self.ends_at <= self.session.ends_at:
                self.add_error("clock_from", _("These times are not within the half day."))

    def wanted(self) -> Wanted:
        values = self.cleaned_data
        resource, language = self.resources[values["resource"]], values.get("language") or None
        quantity = values.get("quantity") or 1
        return Wanted(resource, self.role, language, quantity, self.starts_at, self.ends_at)

    def _at(self, name: str) -> datetime | None:
        typed: time | None = self.cleaned_data.get(name)
        if typed is None or self.session is None:
            return None
        zone = ZoneInfo(self.session.zone)
        return datetime.combine(self.session.starts_at.astimezone(zone), typed, tzinfo=zone)


def described(each: Candidate) -> SafeString:
    """Return a candidate as a choice; of a co-host's only the owner and the availability."""
    # Translators: a person, venue or thing has nothing else at the time of a session.
    availability = each.findings or gettext("Free at that time")
    if each.co_host:
        return fields.choice(each.resource.name, each.co_host, availability)
    spoken = ", ".join(sorted(language_name(row.pk) for row in each.resource.languages.all()))
    return fields.choice(each.resource.name, availability, spoken)


PAGES: dict[str, Page] = {
    # Translators: a page: a person, venue or thing is booked for a half day.
    "trainings:half_day_book": Page(_("Book for a half day"), BookForm),
}
