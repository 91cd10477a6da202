"""Checks before the site starts. Each problem says how to correct it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from protect.assessments.statistics import limits
from protect.findhelp import access
from protect.interchange.hsds import terms
from protect.kernel.errors import ProtectError
from protect.matching import weights
from protect.matching.coverage.atlas import islands, persons
from protect.questionnaires import sources
from protect.reference import vocabulary
from protect.site import catalogues
from protect.trainings.base import vocabulary as base_vocabulary
from protect.trainings.curricula import vocabulary as curricula_vocabulary
from protect.trainings.registrations import people_words
from protect.trainings.scheduling import vocabulary as scheduling_vocabulary

CORE_SET = "needs, states, cautions, the way out, the emergency number, traces on the phone"

READERS = (
    vocabulary.read_all,
    weights.load,
    terms.every,
    persons.types,
    islands.regions,
    sources.sources,
    limits.limits,
    curricula_vocabulary.courses,
    scheduling_vocabulary.severities,
    people_words.profession_records,
    people_words.sector_records,
    base_vocabulary.age_bands,
)


@register()
def start(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check data files, weights and, live, that some language has been reviewed."""
    return [*_data(), *_languages(), *_hosts()]


def _data() -> Iterator[CheckMessage]:
    for read in READERS:
        try:
            read()
        except ProtectError as error:
            yield Error(error.text(), id=f"protect.{error.code}")


def _languages() -> Iterator[CheckMessage]:
    try:
        offered = access.languages()
    except ProtectError:
        return  # said above
    if not offered:
        yield Error(
            "No language of the public site is reviewed, so there is nothing that could be shown. "
            f"Missing: a native reviewer and an SGBV reviewer of the core set ({CORE_SET}).",
            hint='let two people read a language, then set state = "published", '
            "native_reviewed_on and sgbv_reviewed_on in languages.toml (docs/data.md).",
            id="protect.no_reviewed_language",
        )
    for tag in offered:
        path = catalogues.po_path(catalogues.faces()[0], tag)
        if path.exists() and not path.with_suffix(".mo").exists():
            yield Error(
                f"The texts in {tag} are not compiled.",
                hint="run `protect messages compile`.",
                id="protect.messages_not_compiled",
            )


def _hosts() -> Iterator[CheckMessage]:
    if not settings.PUBLIC_HOSTS:
        yield Error(
            "No host is public.",
            hint="set PROTECT_PUBLIC_HOSTS to the host names of the find-help site.",
            id="protect.no_public_host",
        )
    both = set(settings.PUBLIC_HOSTS) & set(settings.STAFF_HOSTS)
    if both:
        yield Error(
            f"{', '.join(sorted(both))} is public and staff at once.",
            hint="give PROTECT_PUBLIC_HOSTS and PROTECT_STAFF_HOSTS different names.",
            id="protect.host_in_two_zones",
        )
