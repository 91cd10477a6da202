from django.urls import path

from protect.coordination.meetings import views

MEETING, ITEM = "groups/meetings/<uuid:pk>", "groups/items/<uuid:pk>"

urlpatterns = [
    path("groups/<uuid:pk>/meetings/new", views.group_meeting_new, name="group_meeting_new"),
    path(MEETING, views.meeting, name="meeting"),
    path(f"{MEETING}/edit", views.meeting_edit, name="meeting_edit"),
    path(f"{MEETING}/cancel", views.meeting_cancel, name="meeting_cancel"),
    path(f"{MEETING}/invite", views.meeting_invite, name="meeting_invite"),
    path(f"{MEETING}/answer", views.meeting_answer, name="meeting_answer"),
    path(f"{MEETING}/calendar.ics", views.meeting_calendar_file, name="meeting_calendar"),
    path(f"{MEETING}/items/new", views.meeting_item_new, name="meeting_item_new"),
    path(f"{MEETING}/attendance", views.meeting_attendance, name="meeting_attendance"),
    path(f"{ITEM}/papers/files", views.item_paper_new, name="item_paper_new"),
    path("groups/papers/<uuid:pk>", views.paper, name="paper"),
]
