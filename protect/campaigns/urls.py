"""URLs of the desk: campaigns, their materials, orders and the log of copies."""

from django.urls import path

from protect.campaigns.views import (
    campaigns,
    consents,
    films,
    materials,
    orders,
    period_reports,
    photographs,
    press_files,
    print_pages,
)

FILE, ORDER = "materials/files/<uuid:pk>", "materials/orders/<uuid:pk>"
FILM = "materials/<uuid:pk>/film"
app_name = "campaigns"
urlpatterns = [
    path("campaigns", campaigns.campaign_list, name="campaign_list"),
    path("campaigns/new", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/countries/<slug:country>", campaigns.country_page, name="country"),
    path("campaigns/<uuid:pk>", campaigns.campaign_page, name="campaign"),
    path("campaigns/<uuid:pk>/edit", campaigns.campaign_edit, name="campaign_edit"),
    path(
        "campaigns/<uuid:pk>/retire",
        campaigns.campaign_retire,
        {"is_retired": True},
        name="campaign_retire",
    ),
    path(
        "campaigns/<uuid:pk>/revive",
        campaigns.campaign_retire,
        {"is_retired": False},
        name="campaign_revive",
    ),
    path("campaigns/<uuid:pk>/plan", campaigns.campaign_plan, name="campaign_plan"),
    path(
        "campaigns/<uuid:pk>/presets/<slug:preset>",
        campaigns.campaign_preset,
        name="campaign_preset",
    ),
    path("campaigns/<uuid:pk>/reach", campaigns.campaign_reach, name="campaign_reach"),
    path("campaigns/reach/<uuid:pk>", campaigns.reach_correct, name="reach_correct"),
    path("campaigns/report", period_reports.report, name="report"),
    path("campaigns/report/copies", period_reports.report_copies, name="report_copies"),
    path("campaigns/report/reach", period_reports.report_reach, name="report_reach"),
    path(
        "campaigns/report/xlsx", period_reports.report_export, {"kind": "xlsx"}, name="report_xlsx"
    ),
    path("campaigns/report/csv", period_reports.report_export, {"kind": "csv"}, name="report_csv"),
    path("campaigns/actions/<uuid:pk>/edit", campaigns.action_edit, name="action_edit"),
    path("campaigns/actions/<uuid:pk>/remove", campaigns.action_remove, name="action_remove"),
    path("campaigns/actions/<uuid:pk>/<slug:mark>", campaigns.action_mark, name="action_mark"),
    path("materials", materials.material_list, name="material_list"),
    path("materials/new", materials.material_new, name="material_new"),
    path("materials/orders", orders.order_list, name="order_list"),
    path("materials/numbers", press_files.number_list, name="number_list"),
    path("materials/consents", consents.consent_list, name="consent_list"),
    path("materials/consents/new", consents.consent_new, name="consent_new"),
    path(
        "materials/consents/<uuid:pk>/withdraw", consents.consent_withdraw, name="consent_withdraw"
    ),
    path("materials/<uuid:pk>", materials.material_page, name="material"),
    path("materials/<uuid:pk>/edit", materials.material_edit, name="material_edit"),
    path("materials/<uuid:pk>/print", print_pages.material_print, name="material_print"),
    path("materials/<uuid:pk>/print/preview", print_pages.preview, name="material_preview"),
    path(
        "materials/<uuid:pk>/print/preview/<int:number>",
        print_pages.picture,
        name="material_picture",
    ),
    path("materials/<uuid:pk>/take-down", materials.material_down, name="material_down"),
    path("materials/<uuid:pk>/order", orders.material_order, name="material_order"),
    path(FILM, films.film_page, name="film"),
    path(f"{FILM}/files", films.film_upload, name="film_upload"),
    path(f"{FILM}/publish", films.film_publish, {"is_published": True}, name="film_publish"),
    path(f"{FILM}/unpublish", films.film_publish, {"is_published": False}, name="film_unpublish"),
    path(f"{FILM}/video", films.film_video, name="film_video"),
    path(f"{FILM}/texts", films.film_text_choice, name="film_text_choice"),
    path(f"{FILM}/texts/<slug:tag>/files", films.film_text, name="film_text"),
    path(f"{FILM}/texts/<slug:tag>/subtitles", films.film_subtitles, name="film_subtitles"),
    path(FILE, press_files.press_file, name="press_file"),
    path(f"{FILE}/copies", press_files.press_copies, name="press_copies"),
    path(f"{FILE}/distribute", press_files.press_distribute, name="press_distribute"),
    path(f"{FILE}/collect", press_files.press_collect, name="press_collect"),
    path(f"{FILE}/reuse", press_files.press_reuse, name="press_reuse"),
    path("materials/copies/<uuid:pk>", press_files.run_correct, name="run_correct"),
    path(
        "materials/distributed/<uuid:pk>",
        press_files.distribution_correct,
        name="distribution_correct",
    ),
    path(
        "materials/distributed/<uuid:pk>/files",
        photographs.photograph_add,
        name="distribution_photograph",
    ),
    path("materials/photographs/<uuid:pk>", photographs.photograph, name="photograph"),
    path(
        "materials/photographs/<uuid:pk>/remove",
        photographs.photograph_remove,
        name="photograph_remove",
    ),
    path(ORDER, orders.order_page, name="order"),
    path(f"{ORDER}/correct", orders.order_correct, name="order_correct"),
    path(f"{ORDER}/send", orders.order_send, name="order_send"),
    path(f"{ORDER}/distribute", orders.order_distribute, name="order_distribute"),
    path(f"{ORDER}/reopen", orders.order_reopen, name="order_reopen"),
    path(f"{ORDER}/cancel", orders.order_cancel, name="order_cancel"),
]
