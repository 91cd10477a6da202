"""Addresses of checking: the queue, calls by two, links to services, release, history."""

from __future__ import annotations

from django.urls import path

from protect.directory.views import calls, checking, entries, histories, queue, releasing

urlpatterns = [
    path("directory/queue", queue.queue, name="queue"),
    path("directory/queue/next", queue.queue_next, name="queue_next"),
    path("directory/queue/<uuid:pk>", checking.queue_check, name="queue_check"),
    path("directory/queue/<uuid:pk>/take", queue.queue_take, name="queue_take"),
    path("directory/queue/<uuid:pk>/let-go", queue.queue_let_go, name="queue_let_go"),
    path("directory/queue/<uuid:pk>/hand-on", checking.queue_hand_on, name="queue_hand_on"),
    path("directory/calls", calls.call_list, name="call_list"),
    path("directory/calls/<uuid:pk>", calls.call_answer, name="call_answer"),
    path("directory/calls/<uuid:pk>/compare", calls.call_compare, name="call_compare"),
    path("directory/services/<uuid:pk>/call", calls.service_call, name="service_call"),
    path("directory/services/<uuid:pk>/link", entries.service_link, name="service_link"),
    path(
        "directory/services/<uuid:pk>/checks/<str:fact>",
        histories.fact_history,
        name="fact_history",
    ),
    path("directory/release/<str:country>", releasing.release, name="release"),
    path(
        "directory/release/<str:country>/confirm",
        releasing.release_confirm,
        name="release_confirm",
    ),
    path("entry/<str:token>", entries.entry, name="entry"),
]
