"""A copy of the site as files, which any server can send. It has no forms: their links, and those
to pages of trainings and to videos, lead to the running site."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from protect.content.released import AS_OF
from protect.kernel.text import plain_isolated_name
from protect.programme.registers import Resource
from protect.reference import formats, vocabulary
from protect.reference.catalogue import translation_with_language

# Key of the WSGI environment under which an export passes its copy. No header of a request can
# set it: the names of headers begin with HTTP_.
COPY_KEY = "protect.programme_copy"


@dataclass(frozen=True, slots=True)
class SiteCopy:
    """What a copy holds."""

    day: date  # on which it is made, UTC
    countries: tuple[str, ...]  # codes
    tags: tuple[str, ...]  # of its languages

    def day_line(self, tag: str) -> str:
        """Return the sentence that says how old the copy is."""
        sentence, written_in = translation_with_language(AS_OF, tag)
        day = formats.date_text(self.day, written_in)
        return sentence.format(date=plain_isolated_name(day))


def copy_of(request: HttpRequest) -> SiteCopy | None:
    """Return the copy for which a page is drawn; None for a visitor of the running site."""
    copy: SiteCopy | None = request.META.get(COPY_KEY)
    return copy


def countries_in(request: HttpRequest) -> tuple[str, ...]:
    """Return the codes of the countries of which a page says something."""
    copy = copy_of(request)
    return copy.countries if copy else tuple(vocabulary.countries())


def running_url(request: HttpRequest, path: str) -> str:
    """Return the address of a page that a copy has not: that of the running site."""
    if copy_of(request) is None:
        return path
    public = urlsplit(settings.PUBLIC_URL)  # the same server, by the same scheme and port
    port = f":{public.port}" if public.port else ""
    return f"{public.scheme}://{settings.PROGRAMME_HOSTS[0]}{port}{path}"


def file_name(resource: Resource) -> str:
    """Return the name of the file of a resource in a copy: servers tell its type by its ending."""
    return f"files/{resource.file}"
