"""Pages of the desk for coordinators who answer enquiries."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.programme import access, actions, rules
from protect.programme.enums import EnquiryKind, EnquiryMove, EnquiryState
from protect.ui import pages
from protect.ui.pagination import Paginator

PAGE_SIZE = 50  # enquiries
STATE_SHAPES = {  # kind of the mark of a state
    EnquiryState.NEW: "caution",
    EnquiryState.ANSWERED: "good",
    EnquiryState.CLOSED: "ended",
}
DONE_MESSAGES = {
    EnquiryMove.ANSWER: _("The enquiry is marked as answered. You can take this back below."),
    EnquiryMove.CLOSE: _("The enquiry is closed. You can take this back below."),
    EnquiryMove.REOPEN: _("The enquiry is open again."),
}


@require_safe
def enquiry_list(request: HttpRequest) -> HttpResponse:
    """Show the enquiries to the user's countries, the newest first; closed ones if chosen."""
    scope = scope_of(request)
    access.must_answer_enquiries(scope)
    chosen = {name: request.GET.get(name, "") for name in ("state", "kind")}
    rows = access.visible_enquiries(scope)
    if chosen["state"] in EnquiryState:
        rows = rows.filter(state=chosen["state"])
    else:
        rows = rows.exclude(state=EnquiryState.CLOSED)
    if chosen["kind"] in EnquiryKind:
        rows = rows.filter(kind=chosen["kind"])
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, STATE_SHAPES[EnquiryState(row.state)]) for row in page],
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "states": EnquiryState.choices,
        "kinds": EnquiryKind.choices,
    }
    return pages.render_form_page(request, "programme/desk/enquiry_list.html", context=context)


@require_safe
def enquiry(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = access.get_enquiry(scope_of(request), pk)
    state = EnquiryState(row.state)
    context = {
        "enquiry": row,
        "shape": STATE_SHAPES[state],
        "moves": [(move.value, move.label) for move in rules.possible_moves(state)],
        "is_mail_link": not settings.IS_DEMO,  # a demonstration writes to no person
        "is_erased": not row.sender,
    }
    return pages.render_form_page(request, "programme/desk/enquiry.html", context=context)


@require_POST
def enquiry_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_enquiry(scope, pk)
    if move not in EnquiryMove:
        raise Http404
    step = EnquiryMove(move)
    actions.move_enquiry(scope, row, step, at=clock.now())
    return pages.redirect_with_message(request, str(DONE_MESSAGES[step]), "enquiries:enquiry", pk)
