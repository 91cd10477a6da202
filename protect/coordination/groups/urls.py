from django.urls import path

from protect.coordination.groups import views

GROUP, MEMBER = "groups/<uuid:pk>", "groups/members/<uuid:pk>"

urlpatterns = [
    path("groups", views.group_list, name="group_list"),
    path("groups/new", views.group_new, name="group_new"),
    path(f"{GROUP}/edit", views.group_edit, name="group_edit"),
    path(f"{GROUP}/close", views.group_close, {"is_closed": True}, name="group_close"),
    path(f"{GROUP}/reopen", views.group_close, {"is_closed": False}, name="group_reopen"),
    path(f"{GROUP}/members/new", views.group_member_new, name="group_member_new"),
    path(f"{GROUP}/terms", views.group_terms, name="group_terms"),
    path(f"{GROUP}/terms/files", views.group_terms_new, name="group_terms_new"),
    path(MEMBER, views.member_edit, name="member_edit"),
    path(f"{MEMBER}/end", views.member_end, name="member_end"),
]
