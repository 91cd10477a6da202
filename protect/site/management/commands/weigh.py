"""Weigh pages: count the bytes sent for status line, headers and compressed body."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from protect.findhelp import access, public
from protect.kernel.errors import ProtectError
from protect.site.server.wsgi import application

BUDGET_BYTES = 13_000  # bytes: what arrives in two round trips. Source: docs/adr/0009-weight.md
HEAVIEST_COUNT = 8  # heaviest results, and heaviest services, of one language: weighed in all
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


def weigh(path: str, status: int = 200) -> Weight:
    """Return the bytes sent for a page. Errors: WrongStatus if its status is not `status`."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        started.append((status, headers))

    environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": settings.PUBLIC_HOSTS[0]}
    environ["HTTP_ACCEPT_ENCODING"] = "gzip, deflate, br"
    setup_testing_defaults(environ)
    body = b"".join(application(environ, start))
    line, headers = started[0]
    if int(line.split()[0]) != status:
        raise WrongStatus(path=path, found=line, wanted=status)
    head = len(f"HTTP/1.1 {line}\r\n\r\n") + HEADER_BYTES
    head += sum(len(f"{name}: {value}\r\n".encode()) for name, value in headers)
    return Weight(head + len(body), path)


def weigh_all_pages() -> Iterator[Weight]:
    """Yield the weights of public pages of every kind in every language. All results and services
    are weighed in the first language, in each other one only the heaviest of them."""
    tags = list(access.languages())
    yield weigh("/")
    heavy_paths: list[str] = []
    kinds = ((public.sample_result_addresses, ("", "/2", "/q")), (public.service_addresses, ("",)))
    for pages, forms in kinds:
        weights = sorted(map(weigh, pages(tags[0])), reverse=True)
        yield from weights
        paths = [weight.path.removeprefix(f"/{tags[0]}") for weight in weights[:HEAVIEST_COUNT]]
        heavy_paths += [f"{path}{form}" for path in paths for form in forms]
    for tag in tags:
        yield from map(weigh, public.sample_addresses(tag))
        yield from (weigh(*door) for door in public.error_addresses(tag))
        yield from (weigh(f"/{tag}{path}") for path in heavy_paths)
    yield weigh(f"/l/{tags[0]}{heavy_paths[0]}")


class Command(BaseCommand):
    help = f"Weigh public pages of every kind in every language against {BUDGET_BYTES} bytes."

    def handle(self, **options: Any) -> None:
        weights = []
        for count, weight in enumerate(weigh_all_pages(), 1):
            weights.append(weight)
            if count % 500 == 0:
                self.stderr.write(f"{count} pages")
        self.stdout.write("the ten heaviest:")
        for weight in sorted(weights, reverse=True)[:10]:
            self.stdout.write(f"{weight.size:6}  {weight.path}")
        if over := sum(weight.size > BUDGET_BYTES for weight in weights):
            raise CommandError(f"{over} of {len(weights)} pages are over {BUDGET_BYTES} bytes")
        self.stdout.write(f"{len(weights)} pages, none over {BUDGET_BYTES} bytes")
