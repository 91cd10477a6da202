"""The styles and scripts of both faces.
Nothing public is a file of its own: one response carries all, and its hash is in the policy. The
desk has one style and its modules as files with their hash in the name: cached for ever, and never
inline. `site` serves FILES."""

import base64
import hashlib
import re
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
STYLES = (
    *("tokens", "base", "components/frame", "components/notice", "components/choices"),
    *("components/card", "components/form", "paper"),
)
DESK_STYLES = (
    *("tokens", "base", "components/notice", "desk/density", "desk/frame", "desk/open"),
    *("desk/top", "desk/button", "desk/form", "desk/state", "desk/list", "desk/table"),
    *("desk/text", "desk/way", "desk/code", "desk/check", "desk/chart", "desk/dots"),
    *("desk/change", "desk/poster", "desk/entry", "desk/duplicates", "desk/import"),
    *("desk/questionnaire", "desk/room", "desk/counting", "desk/paper"),
)
MODULES = (
    *("desk", "passkey", "again", "questionnaire", "counting", "scanning", "keeping", "choosing"),
)
FILES_AT = "/assets/"
# Documents that programs fetch, the same for every caller. Units: seconds.
KEPT_BRIEFLY = "public, max-age=600"


class Asset(NamedTuple):
    """A file of the desk: `name` holds a hash of `content`, so it may be kept for ever."""

    name: str
    media_type: str
    content: bytes


def smaller_css(text: str) -> str:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s*([{}:;,>])\s+|\s+([{}])", r"\1\2", text).replace(";}", "}").strip()


def smaller_js(text: str) -> str:
    """Return a script without comment lines and indentation. Each statement keeps its line."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def source_hash(text: str) -> str:
    """Return how a content security policy names an inline style or script."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def styles(names: tuple[str, ...]) -> str:
    return smaller_css("".join((HERE / f"css/{name}.css").read_text("utf-8") for name in names))


def asset(stem: str, ending: str, media_type: str, text: str) -> Asset:
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(f"{stem}-{digest}.{ending}", media_type, content)


def module(stem: str) -> Asset:
    """Return a script of the desk: js/<stem>.js, an ES module that needs no other."""
    text = smaller_js((HERE / f"js/{stem}.js").read_text("utf-8"))
    return asset(stem, "js", "text/javascript; charset=utf-8", text)


def address(name: str) -> str:
    """Return where a page finds `desk.css` or a module such as `desk.js`."""
    return FILES_AT + BY_PLAIN_NAME[name].name


STYLE = styles(STYLES)
EXIT_SCRIPT = smaller_js((HERE / "js/exit.js").read_text("utf-8"))
PUBLIC_CSP = (
    f"default-src 'none'; script-src {source_hash(EXIT_SCRIPT)}; style-src {source_hash(STYLE)}; "
    "img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# Pages for professionals without an account: their style is a file, as at the desk.
OPEN_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# One of them that counts people, on a phone that may lose its signal: it sends by itself, and keeps
# a copy of itself with the help of KEEPER.
KEPT_CSP = f"{OPEN_CSP}; connect-src 'self'; worker-src 'self'"
OPEN_POLICIES = frozenset({OPEN_CSP, KEPT_CSP})
KEEPER = smaller_js((HERE / "js/keeper.js").read_text("utf-8"))

DESK_CSS = asset("desk", "css", "text/css; charset=utf-8", styles(DESK_STYLES))
BY_PLAIN_NAME = {"desk.css": DESK_CSS} | {f"{stem}.js": module(stem) for stem in MODULES}
FILES = {each.name: (each.media_type, each.content) for each in BY_PLAIN_NAME.values()}
