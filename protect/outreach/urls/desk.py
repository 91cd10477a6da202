from django.urls import path

from protect.outreach.views import ambassadors, requests, school_packs, sessions

REQUESTS, SESSIONS = "trainings/requests", "trainings/information-sessions"
AMBASSADORS, PARENT_NOTES = "trainings/ambassadors", "trainings/packs/parents/<str:tag>"  # pages
app_name = "outreach"
urlpatterns = [
    path(REQUESTS, requests.request_list_page, name="request_list"),
    path(f"{REQUESTS}/<uuid:pk>", requests.request_page, name="request"),
    path(f"{REQUESTS}/<uuid:pk>/move/<str:move>", requests.request_move_page, name="request_move"),
    path(f"{REQUESTS}/<uuid:pk>/schedule", requests.schedule_session_page, name="request_schedule"),
    path(f"{REQUESTS}/<uuid:pk>/note", requests.phone_answers_page, name="request_note"),
    path(SESSIONS, sessions.information_session_list_page, name="info_list"),
    path(f"{SESSIONS}/<uuid:pk>", sessions.information_session_page, name="info_session"),
    path(f"{SESSIONS}/<uuid:pk>/count", sessions.head_count_page, name="info_count"),
    path(f"{SESSIONS}/<uuid:pk>/count/copy", sessions.head_count_copy, name="info_count_copy"),
    path(f"{SESSIONS}/<uuid:pk>/move", requests.move_session_page, name="info_move"),
    path(f"{SESSIONS}/<uuid:pk>/people", requests.ask_people_page, name="info_people"),
    path(f"{SESSIONS}/<uuid:pk>/after", ambassadors.debrief_page, name="info_debrief"),
    path(f"{SESSIONS}/<uuid:pk>/incident", ambassadors.report_incident_page, name="info_incident"),
    path("trainings/calls", ambassadors.call_list_page, name="call_list"),
    path("trainings/calls/<int:debrief_id>", ambassadors.record_call_page, name="call_done"),
    path(AMBASSADORS, ambassadors.ambassador_list_page, name="ambassador_list"),
    path(f"{AMBASSADORS}/own", ambassadors.own_ambassador_page, name="ambassador_own"),
    path(f"{AMBASSADORS}/own/agreed", ambassadors.own_permissions_page, name="ambassador_agree"),
    path(f"{AMBASSADORS}/own/plan", ambassadors.own_safety_plan_page, name="ambassador_plan"),
    path(f"{AMBASSADORS}/<uuid:pk>", ambassadors.ambassador_profile_page, name="ambassador"),
    path("trainings/packs", school_packs.pack_list_page, name="pack_list"),
    path(PARENT_NOTES, school_packs.parent_note_page, name="pack_parents"),
    path(f"{PARENT_NOTES}/note.pdf", school_packs.parent_note_pdf_file, name="pack_parents_file"),
    path("trainings/packs/<str:code>", school_packs.pack_page, name="pack"),
    path("trainings/packs/<str:code>/pack.pdf", school_packs.pack_pdf_file, name="pack_file"),
    path("trainings/counts", sessions.receive_head_count, name="count_send"),
]
