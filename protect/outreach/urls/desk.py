"""Addresses of requests and information sessions at the desk."""

from django.urls import path

from protect.outreach.views import ambassadors, requests, school_packs, sessions

ASKED, HELD = "trainings/requests", "trainings/sessions"
SPEAK, PARENTS = "trainings/ambassadors", "trainings/packs/parents/<str:tag>"
app_name = "outreach"
urlpatterns = [
    path(ASKED, requests.request_list, name="request_list"),
    path(f"{ASKED}/<uuid:pk>", requests.request, name="request"),
    path(f"{ASKED}/<uuid:pk>/move/<str:move>", requests.request_move, name="request_move"),
    path(f"{ASKED}/<uuid:pk>/schedule", requests.request_schedule, name="request_schedule"),
    path(f"{ASKED}/<uuid:pk>/note", requests.request_note, name="request_note"),
    path(HELD, sessions.info_list, name="info_list"),
    path(f"{HELD}/<uuid:pk>", sessions.info_session, name="info_session"),
    path(f"{HELD}/<uuid:pk>/count", sessions.info_count, name="info_count"),
    path(f"{HELD}/<uuid:pk>/count/copy", sessions.info_count_copy, name="info_count_copy"),
    path(f"{HELD}/<uuid:pk>/move", requests.info_move, name="info_move"),
    path(f"{HELD}/<uuid:pk>/people", requests.info_people, name="info_people"),
    path(f"{HELD}/<uuid:pk>/after", ambassadors.info_debrief, name="info_debrief"),
    path(f"{HELD}/<uuid:pk>/incident", ambassadors.info_incident, name="info_incident"),
    path("trainings/calls", ambassadors.call_list, name="call_list"),
    path("trainings/calls/<int:number>", ambassadors.call_done, name="call_done"),
    path(SPEAK, ambassadors.ambassador_list, name="ambassador_list"),
    path(f"{SPEAK}/own", ambassadors.ambassador_own, name="ambassador_own"),
    path(f"{SPEAK}/own/agreed", ambassadors.ambassador_agree, name="ambassador_agree"),
    path(f"{SPEAK}/own/plan", ambassadors.ambassador_plan, name="ambassador_plan"),
    path(f"{SPEAK}/<uuid:pk>", ambassadors.ambassador, name="ambassador"),
    path("trainings/packs", school_packs.pack_list, name="pack_list"),
    path(PARENTS, school_packs.pack_parents, name="pack_parents"),
    path(f"{PARENTS}/note.pdf", school_packs.pack_parents_file, name="pack_parents_file"),
    path("trainings/packs/<str:code>", school_packs.pack, name="pack"),
    path("trainings/packs/<str:code>/pack.pdf", school_packs.pack_pdf_file, name="pack_file"),
    path("trainings/counts", sessions.count_send, name="count_send"),
]
