"""Refuses or shortens texts that reveal a never stored address."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from protect.directory.enums import Audience
from protect.directory.errors import DirectoryRefusal
from protect.directory.facts import TABLES
from protect.directory.models import Service
from protect.directory.protection import address_patterns, erasure


def must_not_tell_where(service: Service, *typed: object) -> None:
    """Refuse texts that resemble an address or a map link. `typed` may be texts, lists, mappings.
    Errors: directory_tells_where, for a service with a never stored address; it quotes nothing."""
    texts = (text for each in typed for text in _texts(each))
    _must_not(service, address_patterns.resembles, texts)


def must_not_lead_there(service: Service, *links: str) -> None:
    """Refuse web and mail addresses that lead there. Errors: directory_tells_where, as above."""
    _must_not(service, address_patterns.resembles_link, links)


def must_not_be_named_there(service: Service, name: str) -> None:
    """Refuse an organisation's name that is an address. Errors: directory_tells_where, as above."""
    _must_not(service, address_patterns.resembles_in_name, [name])


def silence(service: Service) -> None:
    """Take what reads like an address out of a protected service as it was loaded. For readers:
    nothing is saved. Of its own texts, of translations, and of the columns that facts declare as
    free text. Errors: KeyError, when rows were not prefetched: others would be changed."""
    if service.address_audience == Audience.PUBLIC:
        return
    loaded = service._prefetched_objects_cache  # type: ignore[attr-defined]
    for name, table in TABLES.items():
        for row in loaded[name] if table.texts else ():
            for column in table.texts:
                setattr(row, column, silent(getattr(row, column)))
    for text in loaded["texts"]:
        text.text = silent(text.text)
    for name in erasure.TEXTS:
        setattr(service, name, silent(getattr(service, name)))
    if address_patterns.resembles(service.website):
        service.website = ""


def silent(text: str) -> str:
    """Return a text without the sentences that contain an address."""
    if not text or not address_patterns.resembles(text):
        return text
    sentences = address_patterns.SENTENCE.findall(text)
    left = "".join(each for each in sentences if not address_patterns.resembles(each))
    return "" if address_patterns.resembles(left) else left.strip()


def _must_not(service: Service, tells: Callable[[str], bool], texts: Iterable[str]) -> None:
    if service.address_audience == Audience.NEVER_STORED and any(map(tells, texts)):
        raise DirectoryRefusal("directory_tells_where")


def _texts(typed: object) -> Iterator[str]:
    if isinstance(typed, str):
        yield typed
    elif isinstance(typed, Mapping | list | tuple | set | frozenset):
        for each in typed.values() if isinstance(typed, Mapping) else typed:
            yield from _texts(each)
