"""An offline file: a booklet as one HTML file that loads nothing and needs no script."""

import re

from django.template.loader import render_to_string
from django.utils import translation

from protect.findhelp.paper.booklets import Booklet
from protect.reference import vocabulary

URL_SCHEME = re.compile(r"https?://")


def html_file(booklet: Booklet) -> bytes:
    """Return a booklet as an HTML file in UTF-8. Website addresses of services lose their scheme:
    the file leads nowhere."""
    language = vocabulary.languages()[booklet.frame.writing.tag]
    context = {"language": language, "booklet": booklet, "frame": booklet.frame}
    with translation.override(language.tag):
        text = render_to_string("findhelp/offline.html", context)
    return URL_SCHEME.sub("", text).encode()
