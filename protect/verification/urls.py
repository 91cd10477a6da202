"""Addresses of verification: queue, call tests, links to services, reports, duplicates, health."""

from django.urls import path

from protect.verification.call_tests import views as call_tests
from protect.verification.checks import release, views as checks
from protect.verification.duplicates import views as duplicates
from protect.verification.health import views as health
from protect.verification.provider_links import views as provider_links
from protect.verification.queue import views as queue
from protect.verification.reports import views as reports

SERVICE, RELEASE = "directory/services/<uuid:pk>", "directory/release/<str:country>"
app_name = "verification"
urlpatterns = [
    path("directory/queue", queue.queue, name="queue"),
    path("directory/queue/next", queue.queue_next, name="queue_next"),
    path("directory/queue/<uuid:pk>", checks.queue_check, name="queue_check"),
    path("directory/queue/<uuid:pk>/take", queue.queue_take, name="queue_take"),
    path("directory/queue/<uuid:pk>/let-go", queue.queue_let_go, name="queue_let_go"),
    path("directory/queue/<uuid:pk>/hand-on", checks.queue_hand_on, name="queue_hand_on"),
    path("directory/calls", call_tests.call_list, name="call_list"),
    path("directory/calls/<uuid:pk>", call_tests.call_answer, name="call_answer"),
    path("directory/calls/<uuid:pk>/compare", call_tests.call_compare, name="call_compare"),
    path(f"{SERVICE}/call", call_tests.service_call, name="service_call"),
    path(f"{SERVICE}/link", provider_links.service_link, name="service_link"),
    path(f"{SERVICE}/checks/<str:fact>", checks.fact_history, name="fact_history"),
    path(RELEASE, release.release, name="release"),
    path(f"{RELEASE}/confirm", release.release_confirm, name="release_confirm"),
    path("entry/<str:token>", provider_links.entry, name="entry"),
    path(f"{SERVICE}/report", reports.correction_new, name="correction_new"),
    path("directory/reports", reports.correction_list, name="correction_list"),
    path("directory/reports/<uuid:pk>", reports.correction, name="correction"),
    path(f"{SERVICE}/duplicate", duplicates.pair_new, name="pair_new"),
    path("directory/duplicates", duplicates.pair_list, name="pair_list"),
    path("directory/duplicates/<uuid:pk>", duplicates.pair, name="pair"),
    path(
        "directory/duplicates/<uuid:pk>/different", duplicates.pair_different, name="pair_different"
    ),
    path("directory/duplicates/<uuid:pk>/undo", duplicates.pair_undo, name="pair_undo"),
    path("directory/health", health.health, name="health"),
    path("directory/health.csv", health.health_csv, name="health_csv"),
    path("directory/health/<str:country>", health.health_country, name="health_country"),
]
