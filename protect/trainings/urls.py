from django.urls import URLPattern, path

from protect.trainings.attendance.views import attendance
from protect.trainings.base.pages import offline_pages
from protect.trainings.curricula import views as curricula
from protect.trainings.documents import views as documents
from protect.trainings.editions.views import editions
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
NEW_RESOURCE, EDIT_RESOURCE = resources.resource_new, resources.resource_edit
ATTENDANCE_TABLE, CSV, XLSX = attendance.attendance_export, {"kind": "csv"}, {"kind": "xlsx"}
RESOURCE, EDITION = "trainings/resources/<uuid:pk>", "trainings/<uuid:pk>"
SESSION, LETTERHEAD = "trainings/sessions/<uuid:pk>", "trainings/heads/<uuid:pk>"
REGISTRATION, NAME_LIST = "trainings/registrations/<uuid:pk>", "trainings/lists/<uuid:pk>"
SENDER, WITHDRAW = "trainings/senders/<uuid:pk>", f"{REGISTRATION}/withdraw"


def _version_patterns(kind: str) -> list[URLPattern]:
    """Return the URLs of the versions of a "module" or of a "course"."""
    kwargs, version = {"kind": kind}, f"trainings/{kind}s/<uuid:pk>"
    return [
        path(f"trainings/{kind}s/new", curricula.version_new, kwargs, name=f"{kind}_new"),
        path(version, curricula.version_page, kwargs, name=kind),
        path(f"{version}/edit", curricula.version_edit, kwargs, name=f"{kind}_edit"),
        path(f"{version}/draft", curricula.draft_from_version, kwargs, name=f"{kind}_draft"),
        path(f"{version}/move/<str:move>", curricula.version_move, kwargs, name=f"{kind}_move"),
    ]


urlpatterns = [
    path("trainings/keeper.js", offline_pages.service_worker_script, name="keeper"),
    path("trainings/resources", resources.resource_list, name="resource_list"),
    path("trainings/resources/person", NEW_RESOURCE, PERSON, name="staff_new"),
    path("trainings/resources/venue", NEW_RESOURCE, VENUE, name="venue_new"),
    path("trainings/resources/childcare", NEW_RESOURCE, CHILDCARE, name="childcare_new"),
    path("trainings/resources/equipment", NEW_RESOURCE, EQUIPMENT, name="equipment_new"),
    path(RESOURCE, resources.resource_page, name="resource"),
    path(f"{RESOURCE}/person", EDIT_RESOURCE, PERSON, name="staff_edit"),
    path(f"{RESOURCE}/venue", EDIT_RESOURCE, VENUE, name="venue_edit"),
    path(f"{RESOURCE}/childcare", EDIT_RESOURCE, CHILDCARE, name="childcare_edit"),
    path(f"{RESOURCE}/equipment", EDIT_RESOURCE, EQUIPMENT, name="equipment_edit"),
    path(f"{RESOURCE}/away", resources.absence_new, name="resource_away"),
    path(f"{RESOURCE}/away/<int:away>/end", resources.absence_delete, name="resource_away_end"),
    path(f"{RESOURCE}/paper", resources.proof_new, name="resource_paper"),
    path(f"{RESOURCE}/way", resources.travel_time_new, name="resource_way"),
    path(f"{RESOURCE}/link", resources.change_person_link, name="resource_link"),
    path("trainings/bookings/<uuid:pk>", bookings.booking_page, name="booking"),
    path("trainings/own", bookings.own_booking_list, name="own_booking_list"),
    path("trainings/own/calendar", bookings.change_own_feed, name="own_calendar"),
    path("trainings/own/<uuid:pk>", bookings.answer_own_booking, name="own_booking"),
    path("trainings/curriculum", curricula.curriculum_list, name="curriculum"),
    *_version_patterns("module"),
    *_version_patterns("course"),
    path("trainings", editions.edition_list, name="edition_list"),
    path("trainings/new", editions.edition_new, name="edition_new"),
    path(EDITION, editions.edition_page, name="edition"),
    path(f"{EDITION}/clone", editions.edition_clone, name="edition_clone"),
    path(f"{EDITION}/edit", editions.edition_edit, name="edition_edit"),
    path(f"{EDITION}/co-hosts", editions.edition_co_hosts, name="edition_co_hosts"),
    path(f"{EDITION}/co-hosting", editions.co_hosting_answer, name="co_hosting"),
    path(f"{EDITION}/move/<str:move>", editions.edition_move, name="edition_move"),
    path(f"{EDITION}/seats", editions.edition_quota_edit, name="quota_edit"),
    path(f"{EDITION}/session", editions.session_new, name="session_new"),
    path(f"{EDITION}/attendance", attendance.edition_attendance, name="edition_attended"),
    path(f"{EDITION}/attendance.csv", ATTENDANCE_TABLE, CSV, name="attended_csv"),
    path(f"{EDITION}/attendance.xlsx", ATTENDANCE_TABLE, XLSX, name="attended_xlsx"),
    path(SESSION, editions.session_edit, name="session_edit"),
    path(f"{SESSION}/cancel", editions.session_cancel, name="session_cancel"),
    path(f"{SESSION}/book", editions.session_book, name="session_book"),
    path(f"{SESSION}/attendance", attendance.attendance, name="attendance"),
    path(f"{SESSION}/attendance/all", attendance.attendance_all_present, name="attendance_all"),
    path(f"{SESSION}/attendance/back", attendance.attendance_undo, name="attendance_back"),
    path(f"{SESSION}/attendance/excuses", attendance.excuses_confirm, name="attendance_excuses"),
    path(f"{SESSION}/attendance/files", attendance.sheets, name="attendance_sheets"),
    path(f"{SESSION}/scan", attendance.scan, name="attendance_scan"),
    path(f"{SESSION}/scan/copy", attendance.scan_copy, name="attendance_scan_copy"),
    path(f"{SESSION}/list", attendance.list_print, name="list_print"),
    path(f"{NAME_LIST}.pdf", attendance.sign_in_sheet_pdf, name="list_pdf"),  # of a sheet
    path("trainings/sheets/<uuid:pk>", attendance.sheet, name="sheet"),
    path(f"{REGISTRATION}/make-up", attendance.registration_make_up, name="registration_make_up"),
    path(f"{REGISTRATION}/correct", people.registration_correct, name="registration_correct"),
    path("trainings/people/<uuid:pk>/erase", people.participant_erase, name="participant_erase"),
    path("trainings/duplicates", people.duplicate_list, name="duplicate_list"),
    path("trainings/duplicates/<uuid:pk>", people.decide_duplicate, name="duplicate"),
    path(LETTERHEAD, documents.letterhead_edit, name="paper_head"),
    path(f"{LETTERHEAD}/preview.pdf", documents.letterhead_preview, name="paper_preview"),
    path(f"{EDITION}/register", registrations.registration_new, name="registration_new"),
    path(f"{EDITION}/approve", registrations.approve_all, name="approve_all"),
    path(REGISTRATION, registrations.registration, name="registration"),
    path(WITHDRAW, registrations.registration_withdraw, name="registration_withdraw"),
    path(f"{EDITION}/list", name_lists.roster_new, name="roster_new"),
    path(NAME_LIST, name_lists.roster, name="roster"),
    path(f"{NAME_LIST}/to-mend.csv", name_lists.roster_bad_rows, name="roster_wrong"),
    path("trainings/senders", senders.sender_list, name="sender_list"),
    path("trainings/senders/new", senders.sender_new, name="sender_new"),
    path(SENDER, senders.sender, name="sender"),
    path(f"{SENDER}/edit", senders.sender_edit, name="sender_edit"),
    path(f"{SENDER}/class", senders.cohort_new, name="cohort_new"),
    path(f"{EDITION}/needs", needs.edition_needs, name="edition_needs"),
    path(f"{EDITION}/needs/counts", needs.edition_food_counts, name="edition_counts"),
    path(f"{EDITION}/needs/counts.csv", needs.edition_food_csv, name="edition_counts_csv"),
    path(f"{EDITION}/needs/order", needs.edition_food_order, name="edition_order"),
    path("trainings/needs/<uuid:pk>", needs.need, name="need"),
    path("trainings/needs/<uuid:pk>/<str:move>", needs.need_move, name="need_move"),
    path(f"{REGISTRATION}/needs", needs.registration_needs, name="registration_needs"),
]
