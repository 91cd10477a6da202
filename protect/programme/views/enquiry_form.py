"""The forms by which visitors of the programme's site take part, and the pages of its errors."""

from http import HTTPStatus
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock, limits
from protect.kernel.errors import ProtectError
from protect.programme import registers
from protect.programme.actions import save_enquiry
from protect.programme.enums import EnquiryKind
from protect.programme.forms import MAX_MESSAGE, EnquiryForm
from protect.programme.pages import page_texts, sitemap
from protect.programme.pages.page_texts import SOURCE_TAG
from protect.programme.views.site_pages import get_texts, show
from protect.ui.form_stamps import FormStamps
from protect.vault.sessions.gates import open_to_all

STAMPS = FormStamps("programme.enquiry")
MAX_ENQUIRIES_PER_MINUTE = 5  # from one IP address: a school may share one
ENQUIRIES = limits.RateLimiter(MAX_ENQUIRIES_PER_MINUTE)
# Words of error pages: keys of `programme-frame` for heading and next step.
NOT_FOUND, FAILED = ("not_found", "not_found_next"), ("failed", "failed_next")


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def enquiry_page(request: HttpRequest, tag: str, kind: str) -> HttpResponse:
    """Show the form of a kind of enquiry, and save what was sent. Errors: Http404, also for a kind
    that the deployment does not offer; TooManyRequests."""
    texts = get_texts(tag)
    words = texts.texts_of(sitemap.ACTION.code)
    rows = {row.code: row for row in registers.ways_to_take_part()}
    if kind not in EnquiryKind or kind not in rows or rows[kind].path or kind not in words:
        raise Http404
    ENQUIRIES.count_form_post(request)
    form = None
    if request.method == "POST":
        is_stamped = STAMPS.is_valid(request.POST.get("stamp", ""), kind)
        form = EnquiryForm(request.POST, tag=tag, is_stamped=is_stamped)
        if form.is_valid():
            return _save(form, EnquiryKind(kind), tag)
    page = texts.page(sitemap.ACTION)
    context = {
        "action_title": page.title if page else None,
        "action_url": reverse("programme:page", args=[tag, sitemap.ACTION.slug]),
        "title": words[kind],
        "explanation": words[f"{kind}_text"],
        "form": form or EnquiryForm(None, tag=tag, initial={"sent_key": uuid4()}),
        "wrong": form.wrong_fields if form else [],
        "stamp": STAMPS.make(kind),
        "max_length": MAX_MESSAGE,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    return show(request, texts, "enquiry.html", context, section=sitemap.ACTION, status=status)


def _save(form: EnquiryForm, kind: EnquiryKind, tag: str) -> HttpResponse:
    """Save an enquiry and lead to the page that says so, also the program that is not heard."""
    if not form.is_from_program:
        sent = form.to_enquiry(kind, tag)
        save_enquiry(sent, sent_key=form.cleaned_data["sent_key"], at=clock.now())
    url = reverse("programme:sent", args=[tag])
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER.value)


@open_to_all
@require_safe
def sent_page(request: HttpRequest, tag: str) -> HttpResponse:
    context = {"heading_key": "sent", "next_key": "sent_next"}
    return show(request, get_texts(tag), "message.html", context, section=sitemap.ACTION)


@open_to_all
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, NOT_FOUND, HTTPStatus.NOT_FOUND)


@open_to_all
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error_page(request, NOT_FOUND, HTTPStatus.BAD_REQUEST)


@open_to_all
def failed(request: HttpRequest) -> HttpResponse:
    return _error_page(request, FAILED, HTTPStatus.INTERNAL_SERVER_ERROR)


def refused(request: HttpRequest, error: ProtectError) -> HttpResponse:
    """Return the page of a refusal. Its sentence is in English; one for operators is left out."""
    status = HTTPStatus(error.status)
    is_for_visitors = isinstance(error.message, Promise | str) and not status.is_server_error
    with translation.override(SOURCE_TAG):
        message = error.text() if is_for_visitors else ""
    return _error_page(request, FAILED, status, message=message)


def _error_page(
    request: HttpRequest, keys: tuple[str, str], status: HTTPStatus, *, message: str = ""
) -> HttpResponse:
    tag = request.path.removeprefix("/").partition("/")[0]
    texts = page_texts.load_texts(tag if tag in page_texts.site_languages() else SOURCE_TAG)
    context = {"heading_key": keys[0], "next_key": keys[1], "message": message}
    return show(request, texts, "message.html", context, status=status)
