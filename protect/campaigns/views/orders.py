from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.campaigns import log_forms
from protect.campaigns.base.access import campaign_countries, must_run_campaigns
from protect.campaigns.base.enums import OrderMove, OrderState, PaperSize
from protect.campaigns.base.rules import ORDER_MOVES
from protect.campaigns.distribution import access, actions
from protect.campaigns.distribution.actions import OrderInput
from protect.campaigns.distribution.models import Order
from protect.campaigns.materials.access import get_material
from protect.campaigns.materials.templates_table import press_templates
from protect.campaigns.press.access import visible_files
from protect.campaigns.press.models import PressFileQuerySet
from protect.campaigns.press.outdated import FileState, file_states
from protect.campaigns.views.frame import ORDERS, show_tab
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

OPEN = (OrderState.WAITING, OrderState.SENT)
LEFT = (OrderState.SENT, OrderState.DISTRIBUTED)  # the house


@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    must_run_campaigns(scope)
    rows = access.visible_orders(scope).select_related("material", "organisation")
    is_all = "all" in request.GET
    unlogged = access.orders_without_copies(rows)
    if is_unlogged := "without_copies" in request.GET:
        rows, is_all = unlogged, True
    rows = rows if is_all else rows.filter(state__in=OPEN)
    states = _states_of_files(scope, rows)
    context = {
        "rows": [(order, order.file_id and states.get(order.file_id)) for order in rows],
        "unlogged": set(unlogged.values_list("pk", flat=True)),
        "is_unlogged": is_unlogged,
        "is_all": is_all,
    }
    return show_tab(request, ORDERS, "campaigns/order_list.html", context)


@require_http_methods(["GET", "POST"])
def material_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    material = get_material(scope, pk)
    countries = campaign_countries(scope)
    template = press_templates().get(material.template)
    form = log_forms.OrderForm(posted_data(request), countries=countries, template=template)
    if form.is_valid():
        data = form.cleaned_data | {"size": PaperSize(form.cleaned_data["size"])}
        with form.showing_refusals():
            order = actions.place_order(scope, material, OrderInput(**data), at=clock.now())
            return redirect_with_message(
                request, _("The order was saved."), "campaigns:order", order.pk
            )
    crumb = (material.title, reverse("campaigns:material", args=[pk]))
    return show_form(request, form, FormPage(_("Order copies"), _("Order"), crumb))


@require_safe
def order_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    order = access.get_order(scope, pk)
    state = OrderState(order.state)
    is_down = order.material.taken_down_at is not None
    copies = access.copies_of_order(order)
    moves = {move for begun, move in ORDER_MOVES if begun is state}
    unsure = _states_of_files(scope, [order])
    context = {
        "order": order,
        "file_state": next(iter(unsure.values()), None),
        "is_on_its_way": state is OrderState.SENT,
        "can_correct": OrderMove.CORRECT in moves,
        "file_label": log_forms.file_label(order.file) if order.file else "",
        "given": access.distributions_of(order),
        "can_send": OrderMove.SEND in moves and not is_down,
        "can_distribute": OrderMove.DISTRIBUTE in moves,
        "can_cancel": OrderMove.CANCEL in moves,
        "can_reopen": OrderMove.REOPEN in moves and not copies and not is_down,
        "is_without_copies": state in LEFT and not copies,
        "is_down": is_down,
    }
    return render_form_page(request, "campaigns/order.html", None, context)


@require_http_methods(["GET", "POST"])
def order_correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct what was ordered and, after it was sent, of which file the copies are."""
    scope = scope_of(request)
    order = access.get_order(scope, pk)
    files = _files_for(scope, order) if order.state == OrderState.SENT else None
    names = ("size", "copies", "destination", "needed_by", "file")
    form = log_forms.OrderCorrectionForm(
        posted_data(request),
        countries=[order.country_id],
        template=press_templates().get(order.material.template),
        files=files,
        states=file_states(files, clock.now()) if files is not None else (),
        initial={name: getattr(order, name) for name in names} | {"language": order.language_id},
    )
    if form.is_valid():
        with form.showing_refusals():
            file = form.cleaned_data.get("file")
            actions.correct_order(scope, order, form.to_values(), file, at=clock.now())
            return redirect_with_message(request, _("Saved."), "campaigns:order", pk)
    lead = _("For another country or material, cancel this order and make a new one.")
    page = FormPage(_("Correct the order"), _("Save"), _crumb(order), lead)
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def order_send(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    order = access.get_order(scope, pk)
    files = _files_for(scope, order)
    states = file_states(files, clock.now())
    wished = files.filter(language=order.language_id, size=order.size)
    initial = _proposed_entry(order) | {"file": wished.first()}
    form = log_forms.SendForm(posted_data(request), files=files, states=states, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            message = _send(scope, order, form)
            return redirect_with_message(request, message, "campaigns:order", pk)
    lead = (
        _("Filled in from the order. If you enter the copies, the log says where they are.")
        if files
        else _("Nothing of it was printed for this country yet. Print it first.")
    )
    page = FormPage(_("Mark as sent"), _("Mark as sent"), _crumb(order), lead)
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def order_distribute(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    order = access.get_order(scope, pk)
    form = log_forms.GivenForm(posted_data(request), initial=_proposed_entry(order))
    if form.is_valid():
        with form.showing_refusals():
            actions.distribute_order(scope, order, form.to_given(), at=clock.now())
            return redirect_with_message(request, _("Saved."), "campaigns:order", pk)
    return show_form(request, form, FormPage(_("Copies given out"), _("Save"), _crumb(order)))


@require_POST
def order_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    actions.cancel_order(scope, access.get_order(scope, pk), at=clock.now())
    return redirect_with_message(request, _("The order was cancelled."), "campaigns:order", pk)


@require_POST
def order_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    actions.reopen_order(scope, access.get_order(scope, pk), at=clock.now())
    return redirect_with_message(request, _("The order waits again."), "campaigns:order", pk)


def _send(scope: Scope, order: Order, form: log_forms.SendForm) -> str:
    """Mark an order as sent, with its entry of the log if the form has one; return what happened.
    Errors: as `actions.send_and_log_order`."""
    file, at = form.cleaned_data["file"], clock.now()
    if form.is_logged:
        actions.send_and_log_order(scope, order, file, form.to_given(), at=at)
        return _("The order was sent, and the log has its copies.")
    actions.send_order(scope, order, file, at=at)
    return _("The order was sent. The log has no copies of it yet: enter them here later.")


def _files_for(scope: Scope, order: Order) -> PressFileQuerySet:
    """Return the files in use of the material and country of an order."""
    rows = visible_files(scope).live()
    return rows.filter(material=order.material_id, country=order.country_id)


def _states_of_files(scope: Scope, orders: Iterable[Order]) -> dict[UUID, FileState]:
    """Return the states of the files, in use, that were sent for orders and of which a number is
    not right or must be checked again, by the id of the file."""
    sent = {order.file_id for order in orders if order.file_id}
    files = visible_files(scope).filter(pk__in=sent, collected_at=None)
    states = file_states(files, clock.now())
    return {each.file.pk: each for each in states if each.is_wrong or each.uncertain_numbers}


def _proposed_entry(order: Order) -> dict[str, object]:
    return {"copies": order.copies, "day": clock.now().date(), "place": order.destination}


def _crumb(order: Order) -> tuple[str, str]:
    return f"{order.destination}", reverse("campaigns:order", args=[order.pk])
