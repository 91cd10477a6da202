from django.urls import path

from protect.coordination.minutes import lists, views
from protect.coordination.minutes.enums import ActionState

MEETING, ITEM = "groups/meetings/<uuid:pk>", "groups/items/<uuid:pk>"
ACTION = "groups/actions/<uuid:pk>"

urlpatterns = [
    path("groups/actions", lists.action_list, name="action_list"),
    path("groups/decisions", lists.decision_list, name="decision_list"),
    path(f"{MEETING}/minutes", views.meeting_minutes, name="meeting_minutes"),
    path(f"{MEETING}/minutes/lines", views.meeting_lines, name="meeting_lines"),
    path(f"{MEETING}/minutes/<int:number>", views.minutes_version, name="meeting_version"),
    path(f"{MEETING}/approve", views.meeting_approve, name="meeting_approve"),
    path(f"{MEETING}/correct", views.meeting_correct, name="meeting_correct"),
    path(f"{ITEM}/decisions/new", views.item_decision_new, name="item_decision_new"),
    path(f"{ITEM}/actions/new", views.item_action_new, name="item_action_new"),
    path("groups/decisions/<uuid:pk>/withdraw", views.decision_withdraw, name="decision_withdraw"),
    path(ACTION, views.action_edit, name="point_edit"),
    path(f"{ACTION}/done", views.action_mark, {"state": ActionState.DONE}, name="point_done"),
    path(f"{ACTION}/open", views.action_mark, {"state": ActionState.OPEN}, name="point_reopen"),
    path(
        f"{ACTION}/cancel",
        views.action_mark,
        {"state": ActionState.CANCELLED},
        name="point_cancel",
    ),
]
