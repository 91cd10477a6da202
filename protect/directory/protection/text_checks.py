"""Checks that refuse or shorten texts which reveal a protected address."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from protect.directory.enums import AddressReaders
from protect.directory.errors import DirectoryRefusal
from protect.directory.facts import TABLES
from protect.directory.models import Service
from protect.directory.protection import address_patterns, erasure


def refuse_address_text(service: Service, *values: object) -> None:
    """If no address of the service may be stored, refuse texts that look like an address or a map
    link, without quoting any. `values`: texts, lists or mappings. Errors: directory_tells_where."""
    texts = (text for value in values for text in _iterate_texts(value))
    _refuse_if_any(service, address_patterns.resembles_address, texts)


def refuse_address_links(service: Service, *links: str) -> None:
    """Refuse links to a place if no address may be stored. Errors: directory_tells_where."""
    _refuse_if_any(service, address_patterns.link_reveals_place, links)


def refuse_address_name(service: Service, name: str) -> None:
    """Refuse a name with an address if none may be stored. Errors: directory_tells_where."""
    _refuse_if_any(service, address_patterns.name_resembles_address, [name])


def redact_loaded_service(service: Service) -> None:
    """Remove address sentences from a loaded service whose address is not public; save nothing.
    It changes the service's texts and website, its translations, and the free-text columns of
    facts. Errors: KeyError, when the rows were not prefetched."""
    if service.address_audience == AddressReaders.PUBLIC:
        return
    loaded = service._prefetched_objects_cache  # type: ignore[attr-defined]
    for name, table in TABLES.items():
        for row in loaded[name] if table.texts else ():
            for column in table.texts:
                setattr(row, column, drop_address_sentences(getattr(row, column)))
    for text in loaded["texts"]:
        text.text = drop_address_sentences(text.text)
    for name in erasure.TEXT_COLUMNS:
        setattr(service, name, drop_address_sentences(getattr(service, name)))
    if address_patterns.resembles_address(service.website):
        service.website = ""


def drop_address_sentences(text: str) -> str:
    """Return a text without the sentences that look like an address."""
    if not text or not address_patterns.resembles_address(text):
        return text
    sentences = address_patterns.SENTENCE.findall(text)
    remaining = "".join(
        sentence for sentence in sentences if not address_patterns.resembles_address(sentence)
    )
    return "" if address_patterns.resembles_address(remaining) else remaining.strip()


def _refuse_if_any(service: Service, reveals: Callable[[str], bool], texts: Iterable[str]) -> None:
    """If no address of the service may be stored, refuse texts that reveal one."""
    if service.address_audience == AddressReaders.NEVER_STORED and any(map(reveals, texts)):
        raise DirectoryRefusal("directory_tells_where")


def _iterate_texts(typed: object) -> Iterator[str]:
    if isinstance(typed, str):
        yield typed
    elif isinstance(typed, Mapping | list | tuple | set | frozenset):
        for item in typed.values() if isinstance(typed, Mapping) else typed:
            yield from _iterate_texts(item)
