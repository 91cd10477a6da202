"""People at a real server: a browser without pictures, and how one gets an account through it."""

import base64
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from tests.vault.signing import PASSWORD, totp

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
CODES = re.compile(r'<ol class="codes".*?</ol>', re.DOTALL)
TAGS = re.compile(r"<[^>]+>")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def words(self) -> str:
        return unescape(" ".join(TAGS.sub(" ", self.text).split()))

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    def codes(self) -> str:
        """Return the code that a page shows, its groups separated by blanks."""
        return " ".join(TAGS.sub(" ", CODES.search(self.text)[0]).split())


@dataclass
class Browser:
    """Keeps cookies, sends forms with the token of their page, shows once more who it is."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    last: Answer | None = None

    def get(self, address: str) -> Answer:
        return self._ask("GET", address)

    def post(
        self,
        address: str,
        page: str | None = None,
        file: tuple[str, bytes] | None = None,
        **fields: str,
    ) -> Answer:
        """Open the page of a form, then send it."""
        shown = self.get(page or address)
        if shown.location.startswith("/confirm"):
            self.post(shown.location, password=PASSWORD)
            shown = self.get(page or address)
        return self.send(address, shown, file, **fields)

    def send(
        self, address: str, shown: Answer, file: tuple[str, bytes] | None = None, **fields: str
    ) -> Answer:
        """Send a form of a page that was opened before."""
        fields["csrfmiddlewaretoken"] = TOKEN.search(shown.text)[1]
        if file is None:
            return self._ask("POST", address, urlencode(fields).encode(), "urlencoded")
        return self._ask("POST", address, *_multipart(fields, file))

    def _ask(self, method: str, address: str, body: bytes = b"", kind: str = "") -> Answer:
        line = HTTPConnection("localhost", self.port, timeout=60)
        headers = {"Accept": "text/html", "Cookie": self._cookies(), **self.headers}
        if method == "POST":
            headers["Origin"] = f"http://localhost:{self.port}"
        if kind:
            headers["Content-Type"] = kind if "/" in kind else "application/x-www-form-urlencoded"
        line.request(method, address, body or None, headers)
        got = line.getresponse()
        for header in got.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        found = {name.lower(): value for name, value in got.getheaders()}
        self.last = Answer(got.status, found, got.read())
        line.close()
        return self.last

    def _cookies(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)


def _multipart(fields: dict[str, str], file: tuple[str, bytes]) -> tuple[bytes, str]:
    edge, (name, content) = uuid4().hex, file
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    parts += [head.encode(), b"Content-Type: application/pdf\r\n\r\n", content, b"\r\n"]
    return b"".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"


def enrol(browser: Browser, link: str, name: str) -> Browser:
    """Make an account as its screens do: invitation, recovery code on paper, authenticator app."""
    code = browser.post(
        urlsplit(link).path, name=name, language="en", password=PASSWORD, again=PASSWORD
    ).codes()
    browser.send("/recovery-code", browser.last, code=code)
    asked = browser.send("/second-factor", browser.get("/second-factor"))
    typed = asked.codes().replace(" ", "")
    seed = base64.b32decode(typed + "=" * (-len(typed) % 8))
    done = browser.send("/second-factor", asked, totp=totp(seed, datetime.now(UTC)))
    assert done.location == "/", done.words
    return browser


def id_in(location: str) -> str:
    """Return the id in an address."""
    return re.search(r"[0-9a-f-]{36}", location)[0]


def until(condition, patience_s: float = 30.0) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
