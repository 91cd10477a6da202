from django.urls import path

from protect.verification.call_tests import views as call_tests
from protect.verification.checks import release, views as checks
from protect.verification.duplicates import views as duplicates
from protect.verification.health import views as health
from protect.verification.provider_links import views as provider_links
from protect.verification.queue import views as queue
from protect.verification.reports import views as reports

# RELEASE: publishes the services in review of a country that are ready.
SERVICE, RELEASE = "directory/services/<uuid:pk>", "directory/release/<str:country>"
PAIR = "directory/duplicates/<uuid:pk>"
app_name = "verification"
urlpatterns = [
    path("directory/queue", queue.check_queue, name="queue"),
    path("directory/queue/next", queue.claim_next_item, name="queue_next"),
    path("directory/queue/<uuid:pk>", checks.check_queue_item, name="queue_check"),
    path("directory/queue/<uuid:pk>/take", queue.claim_item, name="queue_take"),
    path("directory/queue/<uuid:pk>/let-go", queue.release_queue_item, name="queue_let_go"),
    path("directory/queue/<uuid:pk>/hand-on", checks.hand_over_queue_item, name="queue_hand_on"),
    path("directory/calls", call_tests.list_call_tests, name="call_list"),
    path("directory/calls/<uuid:pk>", call_tests.make_second_call, name="call_answer"),
    path("directory/calls/<uuid:pk>/compare", call_tests.compare_call_notes, name="call_compare"),
    path(f"{SERVICE}/call", call_tests.make_first_call, name="service_call"),
    path(f"{SERVICE}/link", provider_links.send_provider_link, name="service_link"),
    path(f"{SERVICE}/checks/<str:fact>", checks.fact_history, name="fact_history"),
    path(RELEASE, release.release_overview, name="release"),
    path(f"{RELEASE}/confirm", release.release_confirm, name="release_confirm"),
    path("entry/<str:token>", provider_links.entry_by_link, name="entry"),
    path(f"{SERVICE}/report", reports.report_service_problem, name="correction_new"),
    path("directory/reports", reports.report_list, name="correction_list"),
    path("directory/reports/<uuid:pk>", reports.review_report, name="correction"),
    path(f"{SERVICE}/duplicate", duplicates.propose_pair, name="pair_new"),
    path("directory/duplicates", duplicates.pair_list, name="pair_list"),
    path(PAIR, duplicates.review_pair, name="pair"),
    path(f"{PAIR}/different", duplicates.mark_pair_different, name="pair_different"),
    path(f"{PAIR}/undo", duplicates.undo_pair_merge, name="pair_undo"),
    path("directory/health", health.health_overview, name="health"),
    path("directory/health.csv", health.health_csv, name="health_csv"),
    path("directory/health/<str:country>", health.health_country, name="health_country"),
]
