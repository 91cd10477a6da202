"""Weigh pages: count the bytes sent for status line, headers and compressed body."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from protect.findhelp import access, public
from protect.kernel.errors import ProtectError
from protect.site.server.wsgi import application

BUDGET_BYTES = 13_000  # bytes: what arrives in two round trips. Source: docs/adr/0009-weight.md
HEAVIEST_COUNT = 8  # heaviest results, services, and pages about rights: weighed in each language
EXACT_COUNT = 80  # heaviest pages, which are weighed as the page cache compresses them
# Headers that the server adds to those of Django.
HEADER_BYTES = len(b"date: Wed, 25 Nov 2026 00:00:00 GMT\r\nserver: \r\nconnection: keep-alive\r\n")


class WrongStatus(ProtectError):
    """A page has another status than expected, so its weight would be misleading."""

    code = "weighed_page_missing"
    message = "{path} answers {found} instead of {wanted}. Remedy: look at the site's error output."


@dataclass(frozen=True, slots=True, order=True)
class Weight:
    """The bytes that the server sends for the page at `path`; sorted by them."""

    size: int  # bytes
    path: str
    status: int = 200


def weigh(path: str, status: int = 200, *, is_cached: bool = True) -> Weight:
    """Return the bytes sent for a page. `is_cached`: as from the page cache, else as a page that is
    sent once, which is a few hundredths larger and compressed twenty times faster. Errors:
    WrongStatus if its status is not `status`."""
    responses: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        responses.append((status, headers))

    environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": settings.PUBLIC_HOSTS[0]}
    environ["HTTP_ACCEPT_ENCODING"] = "gzip, deflate, br"
    environ["QUERY_STRING"] = "" if is_cached else "once"  # no page reads it
    setup_testing_defaults(environ)
    body = b"".join(application(environ, start))
    status_line, headers = responses[0]
    if int(status_line.split()[0]) != status:
        raise WrongStatus(path=path, found=status_line, wanted=status)
    head = len(f"HTTP/1.1 {status_line}\r\n\r\n") + HEADER_BYTES
    head += sum(len(f"{name}: {value}\r\n".encode()) for name, value in headers)
    return Weight(head + len(body), path, status)


def weigh_all_pages(weigh_page: Callable[..., Weight]) -> Iterator[Weight]:
    """Yield the weights of public pages of every kind in every language. All results, services and
    pages about rights are weighed in the first language, in each other one the heaviest of them."""
    tags = list(access.languages())
    yield weigh_page("/")
    heavy_paths: list[str] = []
    kinds = (
        (public.sample_result_addresses, ("", "/2", "/q")),
        (public.service_addresses, ("",)),
        (public.rights_addresses, ("",)),
    )
    for list_pages, suffixes in kinds:
        weights = sorted(map(weigh_page, list_pages(tags[0])), reverse=True)
        yield from weights
        paths = [weight.path.removeprefix(f"/{tags[0]}") for weight in weights[:HEAVIEST_COUNT]]
        heavy_paths += [f"{path}{suffix}" for path in paths for suffix in suffixes]
    for tag in tags:
        yield from map(weigh_page, public.sample_addresses(tag))
        yield from (weigh_page(*page) for page in public.error_addresses(tag))
        yield from (weigh_page(f"/{tag}{path}") for path in heavy_paths)
    yield weigh_page(f"/l/{tags[0]}{heavy_paths[0]}")


class Command(BaseCommand):
    help = f"Weigh public pages of every kind in every language against {BUDGET_BYTES} bytes."

    def handle(self, **options: Any) -> None:
        upper_bounds = []  # brotli 11 of the cache makes no page larger than 7 did
        for count, weight in enumerate(weigh_all_pages(partial(weigh, is_cached=False)), 1):
            upper_bounds.append(weight)
            if count % 500 == 0:
                self.stderr.write(f"{count} pages")
        upper_bounds.sort(reverse=True)
        exact_count = max(EXACT_COUNT, sum(weight.size > BUDGET_BYTES for weight in upper_bounds))
        heaviest = [weigh(weight.path, weight.status) for weight in upper_bounds[:exact_count]]
        self.stdout.write("the ten heaviest:")
        for weight in sorted(heaviest, reverse=True)[:10]:
            self.stdout.write(f"{weight.size:6}  {weight.path}")
        if over := sum(weight.size > BUDGET_BYTES for weight in heaviest):
            raise CommandError(f"{over} of {len(upper_bounds)} pages are over {BUDGET_BYTES} bytes")
        self.stdout.write(f"{len(upper_bounds)} pages, none over {BUDGET_BYTES} bytes")
