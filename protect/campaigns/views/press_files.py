from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.campaigns import log_forms
from protect.campaigns.base.access import must_run_campaigns
from protect.campaigns.base.enums import CopySource
from protect.campaigns.distribution import access as log_access, actions as log
from protect.campaigns.distribution.models import Photograph
from protect.campaigns.press import access, outdated
from protect.campaigns.press.models import PressFile
from protect.campaigns.views.frame import NUMBERS, show_tab
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)


@require_safe
def number_list(request: HttpRequest) -> HttpResponse:
    """Show numbers that are no longer right with the files that print them and where these are."""
    scope = scope_of(request)
    must_run_campaigns(scope)
    files = access.visible_files(scope)
    found = outdated.withdrawn_numbers(files, clock.now())
    others = [each for each in outdated.outdated_files(files, clock.now()) if not each.is_wrong]
    printing = {file for printed in found.values() for file in printed}
    places = log_access.places_of(printing | {each.file for each in others})

    def copies_of(file: PressFile) -> int:
        return sum(copies for _place, copies in places[file.pk])

    context = {
        "numbers": [
            (
                name,
                number,
                [
                    (file, log_forms.file_label(file), places[file.pk])
                    for file in sorted(printed, key=copies_of, reverse=True)
                ],
            )
            for (name, number), printed in found.items()
        ],
        "others": [
            (each.file, log_forms.file_label(each.file), each, places[each.file.pk])
            for each in sorted(
                others, key=lambda each: (not each.is_taken_down, -copies_of(each.file))
            )
        ],
    }
    return show_tab(request, NUMBERS, "campaigns/number_list.html", context)


@require_safe
def press_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    file = access.get_file(scope, pk)
    (state,) = outdated.file_states(access.visible_files(scope).filter(pk=pk), clock.now())
    runs, given = file.runs.all(), file.distributions.all()
    context = {
        "file": file,
        "label": log_forms.file_label(file),
        "state": state,
        "omitted": file.omitted.all(),
        "copies": log_access.copies_of(file),
        "runs": runs.select_related("correction"),
        "given": given.select_related("correction", "order").prefetch_related(
            Prefetch("photographs", Photograph.objects.confirmed())
        ),
    }
    return render_form_page(request, "campaigns/press_file.html", None, context)


@require_http_methods(["GET", "POST"])
def press_copies(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    file = access.get_file(scope, pk)
    form = log_forms.RunForm(posted_data(request), initial={"day": clock.now().date()})
    if form.is_valid():
        data = form.cleaned_data
        source = CopySource(data["source"])
        log.record_run(scope, file, source, data["copies"], data["day"], at=clock.now())
        return redirect_with_message(request, _("Saved."), "campaigns:press_file", pk)
    # Translators: title of a page: posters that were printed.
    page = FormPage(_("Copies printed or received"), _("Save"), _crumb(file))
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def press_distribute(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    file = access.get_file(scope, pk)
    form = log_forms.GivenForm(posted_data(request), initial={"day": clock.now().date()})
    if form.is_valid():
        with form.showing_refusals():
            log.distribute(scope, file, form.to_given(), at=clock.now())
            return redirect_with_message(request, _("Saved."), "campaigns:press_file", pk)
    return show_form(request, form, FormPage(_("Copies given out"), _("Save"), _crumb(file)))


@require_http_methods(["GET", "POST"])
def press_collect(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what follows, and ask; on POST, record that all copies were taken back."""
    scope = scope_of(request)
    file = access.get_file(scope, pk)
    if request.method == "POST":
        log.collect_copies(scope, file, is_collected=True, at=clock.now())
        said = _("The copies count as collected. “They are in use again” undoes this.")
        return redirect_with_message(request, said, "campaigns:press_file", pk)
    context = {
        "file": file,
        "places": log_access.places_of([file])[pk],
        "question": _("Were all copies collected?"),
        "verb": _("All copies were collected"),
        "undo": _("You can undo this at any time on the page of the file."),
        "back": reverse("campaigns:press_file", args=[pk]),
    }
    return render_form_page(request, "campaigns/press_collect.html", None, context)


@require_POST
def press_reuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    file = access.get_file(scope, pk)
    log.collect_copies(scope, file, is_collected=False, at=clock.now())
    said = _("The copies are in use again, and their numbers are watched.")
    return redirect_with_message(request, said, "campaigns:press_file", pk)


@require_http_methods(["GET", "POST"])
def run_correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    entry = log_access.get_run(scope, pk)
    form = log_forms.RunCorrectionForm(posted_data(request), initial={"copies": entry.copies})
    if form.is_valid():
        with form.showing_refusals():
            log.correct_run(scope, entry, **form.cleaned_data, at=clock.now())
            return redirect_with_message(
                request, _("Saved."), "campaigns:press_file", entry.file_id
            )
    return show_form(request, form, _correction(entry.file))


@require_http_methods(["GET", "POST"])
def distribution_correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    entry = log_access.get_distribution(scope, pk)
    initial = {name: getattr(entry, name) for name in ("copies", "day", "place", "place_kind")}
    form = log_forms.GivenForm(posted_data(request), initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            log.correct_distribution(scope, entry, form.to_given(), at=clock.now())
            return redirect_with_message(
                request, _("Saved."), "campaigns:press_file", entry.file_id
            )
    return show_form(request, form, _correction(entry.file))


def _correction(file: PressFile) -> FormPage:
    lead = _("The entry before stays in the log. If it was a mistake, enter 0 copies.")
    return FormPage(_("Correct the entry"), _("Save"), _crumb(file), lead)


def _crumb(file: PressFile) -> tuple[str, str]:
    label = f"{file.material.title} · {log_forms.file_label(file)}"
    return label, reverse("campaigns:press_file", args=[file.pk])
