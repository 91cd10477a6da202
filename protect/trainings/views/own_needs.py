"""What somebody needs, said on their own page in the open zone, and what became of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.trainings.access import get_own
from protect.trainings.actions import needs
from protect.trainings.forms.needs import NeedsForm
from protect.trainings.needed import own_lines
from protect.trainings.views.public import open_page, show_open


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_needs(request: HttpRequest, token: str) -> HttpResponse:
    found = get_own(token)
    form, is_said = NeedsForm(request.POST if request.method == "POST" else None), False
    if form.is_valid():
        with form.mending():
            needs.say(found, form.needs(), at=clock.now())
            form, is_said = NeedsForm(), True
    context = {
        "token": token,
        "lines": own_lines(found),
        "is_said": is_said,
        "is_asked": needs.is_asked(found.edition) and found.ended_at is None,
    }
    return show_open(request, "own_needs.html", form, context)
