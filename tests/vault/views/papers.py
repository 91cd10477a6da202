"""What a page shows once: a code for paper, the seed of an app, the options of a passkey."""

import base64
import html
import re

from django.http import HttpResponse

from tests.vault.signing import SoftPasskey

CODES = re.compile(r'<ol class="codes".*?</ol>', re.DOTALL)
GROUP = re.compile(r"<span>([^<]+)</span>")
OPTIONS = re.compile(r'data-options="([^"]*)"')


def shown(response: HttpResponse) -> list[list[str]]:
    """Return the codes of a page, each in its groups."""
    lists = CODES.findall(response.content.decode())
    return [GROUP.findall(each) for each in lists]


def code_of(response: HttpResponse) -> str:
    """Return the recovery code that a page shows."""
    [groups] = [each for each in shown(response) if len(each) == 8]
    return "-".join(groups)


def seed_of(response: HttpResponse) -> bytes:
    """Return the seed that somebody types who cannot scan the picture."""
    [groups] = shown(response)
    return base64.b32decode("".join(groups))


def made_by(passkey: SoftPasskey, response: HttpResponse) -> dict[str, str]:
    """Return what a browser posts that made a passkey with the options of a page."""
    answer = passkey.create(options_of(response))
    return {"credential": answer.credential, "prf": answer.prf}


def shown_by(passkey: SoftPasskey, response: HttpResponse) -> dict[str, str]:
    """Return what a browser posts that showed a passkey with the options of a page."""
    answer = passkey.get(options_of(response))
    return {"credential": answer.credential, "prf": answer.prf}


def options_of(response: HttpResponse) -> str:
    [options] = OPTIONS.findall(response.content.decode())
    return html.unescape(options)
