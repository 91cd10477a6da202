"""A tab of a real browser that shows a page of the desk, under the strictest policy."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django import forms
from playwright.sync_api import Route

from protect.ui import assets

SITE = "http://localhost"
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'nonce-once' 'strict-dynamic'; "
    "img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "require-trusted-types-for 'script'"
)
FORM = """<form class="form" method="post" action="/save" data-keep>{% fields form %}
  <button class="button" name="move" value="send">Send</button></form>"""


class NoteForm(forms.Form):
    note = forms.CharField(label="Note", help_text="Short.", required=False)
    role = forms.ChoiceField(label="Role", choices=[("a", "A")], widget=forms.RadioSelect)


class Site:
    """Answers a tab: its page, the files of the desk, and 204 to whatever is posted."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.posts: list[tuple[str, str]] = []
        self.complaints: list[str] = []

    def answer(self, route: Route) -> None:
        request, path = route.request, urlsplit(route.request.url).path
        if request.method == "POST":
            self.posts.append((path, request.post_data or ""))
            return route.fulfill(status=204)
        if path.startswith(assets.ASSETS_PATH):
            media_type, content = assets.CONTENT_BY_NAME[path.removeprefix(assets.ASSETS_PATH)]
            return route.fulfill(body=content, content_type=media_type)
        headers = {"Content-Security-Policy": POLICY}
        return route.fulfill(
            body=self.html, content_type="text/html; charset=utf-8", headers=headers
        )
