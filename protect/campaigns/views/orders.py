from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.campaigns import forms
from protect.campaigns.base.access import campaign_countries, must_run_campaigns
from protect.campaigns.base.enums import OrderMove, OrderState, PaperSize
from protect.campaigns.base.rules import ORDER_MOVES
from protect.campaigns.distribution import access, actions
from protect.campaigns.distribution.actions import Given, OrderInput
from protect.campaigns.distribution.models import Order
from protect.campaigns.materials.access import get_material
from protect.campaigns.materials.templates_table import press_templates
from protect.campaigns.press.access import visible_files
from protect.campaigns.views.frame import ORDERS, FormPage, show_form, show_tab
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import posted_data, redirect_with_message, render_form_page

OPEN = (OrderState.WAITING, OrderState.SENT)


@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    must_run_campaigns(scope)
    rows = access.visible_orders(scope).select_related("material", "organisation")
    is_all = "all" in request.GET
    context = {
        "rows": rows if is_all else rows.filter(state__in=OPEN),
        "is_all": is_all,
    }
    return show_tab(request, ORDERS, "campaigns/order_list.html", context)


@require_http_methods(["GET", "POST"])
def material_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    material = get_material(scope, pk)
    countries = campaign_countries(scope)
    template = press_templates().get(material.template)
    form = forms.OrderForm(posted_data(request), countries=countries, template=template)
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
    order = access.get_order(scope_of(request), pk)
    state = OrderState(order.state)
    is_down = order.material.taken_down_at is not None
    moves = {move for begun, move in ORDER_MOVES if begun is state}
    context = {
        "order": order,
        "file_label": forms.file_label(order.file) if order.file else "",
        "given": access.distributions_of(order),
        "can_send": OrderMove.SEND in moves and not is_down,
        "can_distribute": OrderMove.DISTRIBUTE in moves,
        "can_cancel": OrderMove.CANCEL in moves,
        "is_down": is_down,
    }
    return render_form_page(request, "campaigns/order.html", None, context)


@require_http_methods(["GET", "POST"])
def order_send(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    order = access.get_order(scope, pk)
    files = visible_files(scope).live().filter(material=order.material, country=order.country_id)
    wished = files.filter(language=order.language_id, size=order.size)
    form = forms.SendForm(posted_data(request), files=files, initial={"file": wished.first()})
    if form.is_valid():
        with form.showing_refusals():
            actions.send_order(scope, order, form.cleaned_data["file"], at=clock.now())
            return redirect_with_message(request, _("The order was sent."), "campaigns:order", pk)
    lead = "" if files else _("Nothing of it was printed for this country yet. Print it first.")
    page = FormPage(_("Mark as sent"), _("Mark as sent"), _crumb(order), lead)
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def order_distribute(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    order = access.get_order(scope, pk)
    initial = {"copies": order.copies, "day": clock.now().date(), "place": order.destination}
    form = forms.GivenForm(posted_data(request), initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            given = Given(**form.cleaned_data)
            actions.distribute_order(scope, order, given, at=clock.now())
            return redirect_with_message(request, _("Saved."), "campaigns:order", pk)
    return show_form(request, form, FormPage(_("Copies given out"), _("Save"), _crumb(order)))


@require_POST
def order_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    actions.cancel_order(scope, access.get_order(scope, pk), at=clock.now())
    return redirect_with_message(request, _("The order was cancelled."), "campaigns:order", pk)


def _crumb(order: Order) -> tuple[str, str]:
    return f"{order.destination}", reverse("campaigns:order", args=[order.pk])
