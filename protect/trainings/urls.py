"""Addresses of trainings at the desk."""

from django.urls import URLPattern, path

from protect.trainings.attendance.views import attendance, scans
from protect.trainings.base.pages import offline_pages
from protect.trainings.curricula import views as curricula
from protect.trainings.documents import views as documents
from protect.trainings.editions.views import editions, half_days
from protect.trainings.needs import views as needs
from protect.trainings.registrations.views import (
    name_lists,
    nominating_organisations as senders,
    registrations,
)
from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.views import bookings, resources
from protect.trainings.views import people

app_name = "trainings"
PERSON, VENUE = {"kind": ResourceKind.PERSON}, {"kind": ResourceKind.VENUE}
CHILDCARE, EQUIPMENT = {"kind": ResourceKind.CHILDCARE}, {"kind": ResourceKind.EQUIPMENT}
NEW, EDIT = resources.resource_new, resources.resource_edit
TABLE, CSV, XLSX = attendance.edition_table, {"kind": "csv"}, {"kind": "xlsx"}
RESOURCE, EDITION = "trainings/resources/<uuid:pk>", "trainings/<uuid:pk>"
DAY, HEAD = "trainings/half-days/<uuid:pk>", "trainings/heads/<uuid:pk>"
PERSON_IN, LIST = "trainings/registrations/<uuid:pk>", "trainings/lists/<uuid:pk>"
SENDER = "trainings/senders/<uuid:pk>"


def _versions(kind: str) -> list[URLPattern]:
    of, one = {"kind": kind}, f"trainings/{kind}s/<uuid:pk>"
    return [
        path(f"trainings/{kind}s/new", curricula.version_new, of, name=f"{kind}_new"),
        path(one, curricula.version, of, name=kind),
        path(f"{one}/edit", curricula.version_edit, of, name=f"{kind}_edit"),
        path(f"{one}/draft", curricula.version_draft, of, name=f"{kind}_draft"),
        path(f"{one}/move/<str:move>", curricula.version_move, of, name=f"{kind}_move"),
    ]


urlpatterns = [
    path("trainings/keeper.js", offline_pages.keeper, name="keeper"),
    path("trainings/resources", resources.resource_list, name="resource_list"),
    path("trainings/resources/person", NEW, PERSON, name="staff_new"),
    path("trainings/resources/venue", NEW, VENUE, name="venue_new"),
    path("trainings/resources/childcare", NEW, CHILDCARE, name="childcare_new"),
    path("trainings/resources/equipment", NEW, EQUIPMENT, name="equipment_new"),
    path(RESOURCE, resources.resource, name="resource"),
    path(f"{RESOURCE}/person", EDIT, PERSON, name="staff_edit"),
    path(f"{RESOURCE}/venue", EDIT, VENUE, name="venue_edit"),
    path(f"{RESOURCE}/childcare", EDIT, CHILDCARE, name="childcare_edit"),
    path(f"{RESOURCE}/equipment", EDIT, EQUIPMENT, name="equipment_edit"),
    path(f"{RESOURCE}/away", resources.resource_away, name="resource_away"),
    path(f"{RESOURCE}/away/<int:away>/end", resources.resource_away_end, name="resource_away_end"),
    path(f"{RESOURCE}/paper", resources.resource_paper, name="resource_paper"),
    path(f"{RESOURCE}/way", resources.resource_way, name="resource_way"),
    path(f"{RESOURCE}/link", resources.resource_link, name="resource_link"),
    path("trainings/bookings/<uuid:pk>", bookings.booking, name="booking"),
    path("trainings/own", bookings.own_booking_list, name="own_booking_list"),
    path("trainings/own/calendar", bookings.own_calendar, name="own_calendar"),
    path("trainings/own/<uuid:pk>", bookings.own_booking, name="own_booking"),
    path("trainings/curriculum", curricula.curriculum, name="curriculum"),
    *_versions("module"),
    *_versions("course"),
    path("trainings", editions.edition_list, name="edition_list"),
    path("trainings/new", editions.edition_new, name="edition_new"),
    path(EDITION, editions.edition, name="edition"),
    path(f"{EDITION}/clone", editions.edition_clone, name="edition_clone"),
    path(f"{EDITION}/edit", editions.edition_edit, name="edition_edit"),
    path(f"{EDITION}/co-hosts", editions.edition_co_hosts, name="edition_co_hosts"),
    path(f"{EDITION}/co-hosting", editions.co_hosting, name="co_hosting"),
    path(f"{EDITION}/move/<str:move>", editions.edition_move, name="edition_move"),
    path(f"{EDITION}/seats", editions.quota_edit, name="quota_edit"),
    path(f"{EDITION}/half-day", half_days.half_day_new, name="half_day_new"),
    path(f"{EDITION}/attendance", attendance.edition_attended, name="edition_attended"),
    path(f"{EDITION}/attendance.csv", TABLE, CSV, name="attended_csv"),
    path(f"{EDITION}/attendance.xlsx", TABLE, XLSX, name="attended_xlsx"),
    path(DAY, half_days.half_day_edit, name="half_day_edit"),
    path(f"{DAY}/cancel", half_days.half_day_cancel, name="half_day_cancel"),
    path(f"{DAY}/book", half_days.half_day_book, name="half_day_book"),
    path(f"{DAY}/attendance", attendance.attendance, name="attendance"),
    path(f"{DAY}/attendance/all", attendance.attendance_all, name="attendance_all"),
    path(f"{DAY}/attendance/back", attendance.attendance_back, name="attendance_back"),
    path(f"{DAY}/attendance/excuses", attendance.excuses_confirm, name="attendance_excuses"),
    path(f"{DAY}/attendance/files", scans.sheets, name="attendance_sheets"),
    path(f"{DAY}/scan", scans.scan, name="attendance_scan"),
    path(f"{DAY}/scan/copy", scans.scan_copy, name="attendance_scan_copy"),
    path(f"{DAY}/list", attendance.list_print, name="list_print"),
    path(f"{LIST}.pdf", attendance.list_pdf, name="list_pdf"),
    path("trainings/sheets/<uuid:pk>", scans.sheet, name="sheet"),
    path(f"{PERSON_IN}/make-up", attendance.registration_make_up, name="registration_make_up"),
    path(f"{PERSON_IN}/correct", people.registration_correct, name="registration_correct"),
    path("trainings/people/<uuid:pk>/erase", people.participant_erase, name="participant_erase"),
    path("trainings/duplicates", people.duplicate_list, name="duplicate_list"),
    path("trainings/duplicates/<uuid:pk>", people.duplicate, name="duplicate"),
    path(HEAD, documents.paper_head, name="paper_head"),
    path(f"{HEAD}/preview.pdf", documents.paper_preview, name="paper_preview"),
    path(f"{EDITION}/register", registrations.registration_new, name="registration_new"),
    path(f"{EDITION}/approve", registrations.approve_all, name="approve_all"),
    path(PERSON_IN, registrations.registration, name="registration"),
    path(
        f"{PERSON_IN}/withdraw", registrations.registration_withdraw, name="registration_withdraw"
    ),
    path(f"{EDITION}/list", name_lists.roster_new, name="roster_new"),
    path(LIST, name_lists.roster, name="roster"),
    path(f"{LIST}/to-mend.csv", name_lists.roster_wrong, name="roster_wrong"),
    path("trainings/senders", senders.sender_list, name="sender_list"),
    path("trainings/senders/new", senders.sender_new, name="sender_new"),
    path(SENDER, senders.sender, name="sender"),
    path(f"{SENDER}/edit", senders.sender_edit, name="sender_edit"),
    path(f"{SENDER}/class", senders.cohort_new, name="cohort_new"),
    path(f"{EDITION}/needs", needs.edition_needs, name="edition_needs"),
    path(f"{EDITION}/needs/counts", needs.edition_counts, name="edition_counts"),
    path(f"{EDITION}/needs/counts.csv", needs.edition_counts_csv, name="edition_counts_csv"),
    path(f"{EDITION}/needs/order", needs.edition_order, name="edition_order"),
    path("trainings/needs/<uuid:pk>", needs.need, name="need"),
    path("trainings/needs/<uuid:pk>/<str:move>", needs.need_move, name="need_move"),
    path(f"{PERSON_IN}/needs", needs.registration_needs, name="registration_needs"),
]
