"""What the directory said of services when a pathway was agreed, compared with what it says now.
Of a service it keeps the values of its facts without texts and without an address: of the address
only a keyed digest, so that a change is noticed and no address can be read from a pathway."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from protect.coordination.pathways.models import AgreedFacts, PathwayEdition
from protect.directory import access, labels
from protect.directory.enums import AddressReaders, Fact, Status
from protect.directory.fact_records.fact_view import describe_fact
from protect.directory.fact_records.values import read_fact
from protect.directory.facts import FACT_LABELS, FACTS
from protect.directory.facts.base.tables import canonical_json
from protect.directory.models import Service

type Values = dict[str, Any]

# Free places change each day, and a pathway promises none.
COMPARED = tuple(fact for fact in Fact if fact not in {Fact.ADDRESS, Fact.CAPACITY})
TEXT_KEYS = frozenset({"note", "notes", "source", "checked"})
ADDRESS_SALT = "protect.coordination.pathway_address"
GONE: Values = {"status": ""}  # of a service that is no longer in the directory


class FactChange(NamedTuple):
    """A part of a service that differs from what was agreed. No lines: they are not shown."""

    label: str | Promise
    before: tuple[str, ...]
    now: tuple[str, ...]


class ServiceChange(NamedTuple):
    """What has changed at a service since its pathway was agreed."""

    key: UUID
    name: str
    changes: tuple[FactChange, ...]


def read_values(keys: Iterable[UUID]) -> dict[UUID, Values]:
    """Return the values of services by the keys that a pathway holds; GONE for those that are not
    in the directory."""
    wanted = list(dict.fromkeys(keys))
    rows = Service.objects.filter(pk__in=wanted).select_related("merged_into")
    found = {row.pk: access.follow_merges(row) for row in rows}
    return {key: _values(found[key]) if key in found else GONE for key in wanted}


def changed_services(edition: PathwayEdition, *, is_quick: bool = False) -> list[ServiceChange]:
    """Return the services of an edition whose facts differ from what was agreed or confirmed last,
    in the order of the edition. With `is_quick`, as for lists, services that no action of the
    directory touched since are not read; without, also a change in the database is noticed."""
    agreed = agreed_values([edition])[edition.pk]
    keys = dict.fromkeys(UUID(key) for step in edition.steps for key in step["services"])
    agreed = {key: agreed.get(key, {}) for key in keys}
    stamps = Service.objects.filter(pk__in=agreed).values_list("pk", "version", "status")
    stamp_by_key = {key: [version, status] for key, version, status in stamps}
    touched = [
        key
        for key in agreed
        if not is_quick or agreed[key].get("stamp") != stamp_by_key.get(key, [])
    ]
    now, names = read_values(touched), _names(touched)
    changes = [
        ServiceChange(key, names.get(key, ""), tuple(_compare(agreed[key], now[key])))
        for key in touched
    ]
    return [each for each in changes if each.changes]


def agreed_values(editions: Iterable[PathwayEdition]) -> dict[UUID, dict[UUID, Values]]:
    """Return by edition and service what was agreed, or confirmed since. Rows that were changed in
    the database do not count."""
    values: dict[UUID, dict[UUID, Values]] = {edition.pk: {} for edition in editions}
    rows = AgreedFacts.objects.filter(edition__in=list(values)).order_by("confirmed_at", "pk")
    for row in filter(AgreedFacts.is_sealed, rows):
        values[row.edition_id][row.service_key] = row.values
    return values


def is_marked(edition: PathwayEdition) -> bool:
    """Return whether an edition was changed in the database, or the directory since."""
    return not edition.is_sealed() or bool(changed_services(edition, is_quick=True))


def _names(keys: Iterable[UUID]) -> dict[UUID, str]:
    rows = Service.objects.filter(pk__in=list(keys)).order_by("pk")
    return dict(rows.values_list("pk", "name"))


def _values(service: Service) -> Values:
    facts = {fact.value: _without_texts(read_fact(service, fact)) for fact in COMPARED}
    return {
        "stamp": [service.version, service.status],
        "status": service.status,
        "professionals_only": service.professionals_only,
        "website": "" if service.address_audience != AddressReaders.PUBLIC else service.website,
        "email": service.email,
        "address": _address_digest(service),
        "facts": facts,
    }


def _without_texts(value: Any) -> Any:
    """Return values with empty texts, so that forms of the directory can still show them."""
    if isinstance(value, Mapping):
        return {
            key: "" if key in TEXT_KEYS and isinstance(each, str) else _without_texts(each)
            for key, each in value.items()
        }
    return [_without_texts(each) for each in value] if isinstance(value, list) else value


def _address_digest(service: Service) -> str:
    """Return a keyed digest of an address that the public may read; else only who may read it."""
    if service.address_audience != AddressReaders.PUBLIC:
        return service.address_audience
    stored = canonical_json(FACTS[Fact.ADDRESS].read(service))
    return salted_hmac(ADDRESS_SALT, stored, algorithm="sha256").hexdigest()


def _compare(before: Values, now: Values) -> Iterator[FactChange]:
    if before.get("status") != now.get("status"):
        yield FactChange(_("State"), _status_words(before), _status_words(now))
    if not now.get("facts"):
        return
    for fact in COMPARED:
        old, new = before.get("facts", {}).get(fact.value), now["facts"][fact.value]
        if old is not None and old != new:
            yield FactChange(FACT_LABELS[fact], _fact_lines(fact, old), _fact_lines(fact, new))
    yield from _compare_others(before, now)


def _compare_others(before: Values, now: Values) -> Iterator[FactChange]:
    """Yield the changes of parts that are no facts of the directory, and of the address."""
    hidden: dict[str, str | Promise] = {
        "address": FACT_LABELS[Fact.ADDRESS],
        "professionals_only": _("For whom"),
    }
    for key, label in hidden.items():
        if before.get(key) != now[key]:
            yield FactChange(label, (), ())
    for key, label in (("email", _("E-mail")), ("website", _("Website"))):
        if before.get(key, "") != now[key]:
            yield FactChange(label, _texts(before.get(key, "")), _texts(now[key]))


def _fact_lines(fact: Fact, values: Values) -> tuple[str, ...]:
    return tuple(describe_fact(fact, values)) or (_("Nothing is known"),)


def _status_words(values: Values) -> tuple[str, ...]:
    status = values.get("status")
    return (str(Status(status).label),) if status else (_("No longer in the directory"),)


def _texts(value: str) -> tuple[str, ...]:
    return (value,) if value else (str(labels.ANSWERS["unknown"]),)
