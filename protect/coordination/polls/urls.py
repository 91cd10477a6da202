from django.urls import path

from protect.coordination.polls import views

POLL = "groups/polls/<uuid:pk>"

urlpatterns = [
    path("groups/<uuid:pk>/polls/new", views.group_poll_new, name="group_poll_new"),
    path(POLL, views.poll, name="poll"),
    path(f"{POLL}/answer", views.poll_answer, name="poll_answer"),
    path(f"{POLL}/dates/new", views.poll_date_new, name="poll_date_new"),
    path(f"{POLL}/withdraw", views.poll_withdraw, name="poll_withdraw"),
    path("groups/polls/dates/<uuid:pk>/choose", views.date_choose, name="date_choose"),
]
