"""Styles and scripts of the public site and of the desk.
A public page is a single response with style and script inline, whose hashes are in its
policy. The desk has one style sheet and several modules as files, with a content hash
in the name, so that browsers cache them for ever. `site` serves CONTENT_BY_NAME."""

import base64
import hashlib
import re
from pathlib import Path
from typing import NamedTuple

UI_FOLDER = Path(__file__).resolve().parent
ANSWER_STYLES = (  # of the heaviest pages, the answers
    *("tokens", "base", "components/frame", "components/notice", "components/choices"),
    *("components/card", "components/form", "paper"),
)
PUBLIC_STYLES = (*ANSWER_STYLES, "components/choices_pages", "components/facts")
OFFLINE_STYLES = (*PUBLIC_STYLES, "components/offline")  # of a file that is opened without a site
PROGRAMME_STYLES = (
    *("tokens", "base", "components/notice", "components/form"),
    *("programme/frame", "programme/pages", "programme/print"),
)
DESK_STYLES = (
    *("tokens", "base", "components/notice", "desk/density", "desk/frame", "desk/open"),
    *("desk/top", "desk/button", "desk/form", "desk/state", "desk/list", "desk/table"),
    *("desk/text", "desk/way", "desk/code", "desk/check", "desk/chart", "desk/dots"),
    *("desk/change", "desk/poster", "desk/entry", "desk/duplicates", "desk/import"),
    *("desk/questionnaire", "desk/room", "desk/counting", "desk/paper", "desk/texts"),
    "desk/minutes",
    "desk/sides",
    "desk/media",
    "desk/pair",
    "desk/pathways",
)
DESK_SCRIPTS = (
    *("desk", "passkey", "again", "questionnaire", "counting", "scanning", "keeping", "choosing"),
    *("minutes", "answers", "downloads", "coding"),
)
ASSETS_PATH = "/assets/"
# Cache-Control of documents that programs fetch. Units: seconds.
CACHED_BRIEFLY = "public, max-age=600"


class Asset(NamedTuple):
    """A static file of the desk. Its name holds a hash of its content."""

    name: str
    media_type: str
    content: bytes


def minify_css(text: str) -> str:
    """Return a style sheet without comments and surplus spaces; its strings lose spaces, too."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s*([{}:;,>])\s+|\s+([{}])", r"\1\2", text).replace(";}", "}").strip()


def minify_js(text: str) -> str:
    """Return a script without comment lines and indentation; each statement keeps its line."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def source_hash(text: str) -> str:
    """Return the hash by which a content security policy allows an inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def combine_styles(names: tuple[str, ...]) -> str:
    return minify_css("".join((UI_FOLDER / f"css/{name}.css").read_text("utf-8") for name in names))


def hashed_asset(stem: str, ending: str, media_type: str, text: str) -> Asset:
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(f"{stem}-{digest}.{ending}", media_type, content)


def script_asset(stem: str) -> Asset:
    """Return a script of the desk: js/<stem>.js, an ES module without imports."""
    text = minify_js((UI_FOLDER / f"js/{stem}.js").read_text("utf-8"))
    return hashed_asset(stem, "js", "text/javascript; charset=utf-8", text)


def asset_url(name: str) -> str:
    """Return the URL of `desk.css` or of a module such as `desk.js`."""
    return ASSETS_PATH + ASSET_BY_NAME[name].name


SITE_STYLE = combine_styles(PUBLIC_STYLES)
ANSWER_STYLE = combine_styles(ANSWER_STYLES)
OFFLINE_STYLE = combine_styles(OFFLINE_STYLES)
EXIT_SCRIPT = minify_js((UI_FOLDER / "js/exit.js").read_text("utf-8"))
PUBLIC_CSP = (
    f"default-src 'none'; script-src {source_hash(EXIT_SCRIPT)}; "
    f"style-src {source_hash(SITE_STYLE)} {source_hash(ANSWER_STYLE)}; "
    "img-src 'self' data:; media-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PROGRAMME_STYLE = combine_styles(PROGRAMME_STYLES)
# No script runs on a page of the programme. `connect-src` lets tools that audit a page read
# /robots.txt from it.
PROGRAMME_CSP = (
    f"default-src 'none'; style-src {source_hash(PROGRAMME_STYLE)}; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
OPEN_CSP = (  # of pages for professionals without an account; their style is a file
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Policy of offline pages: their scripts send numbers, and a service worker keeps their copies.
OFFLINE_CSP = f"{OPEN_CSP}; connect-src 'self'; worker-src 'self'"
OPEN_POLICIES = frozenset({OPEN_CSP, OFFLINE_CSP})  # not replaced by PUBLIC_CSP
OFFLINE_WORKER = minify_js((UI_FOLDER / "js/keeper.js").read_text("utf-8"))

DESK_CSS = hashed_asset("desk", "css", "text/css; charset=utf-8", combine_styles(DESK_STYLES))
ASSET_BY_NAME = {"desk.css": DESK_CSS} | {f"{stem}.js": script_asset(stem) for stem in DESK_SCRIPTS}
CONTENT_BY_NAME = {each.name: (each.media_type, each.content) for each in ASSET_BY_NAME.values()}
