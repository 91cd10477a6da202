from django.urls import path

from protect.coordination.mappings import finding_views, report_views, views
from protect.coordination.minutes.enums import ActionState

ROUND, INTERVIEW = "mappings/<uuid:pk>", "mappings/interviews/<uuid:pk>"
FINDING, RECOMMENDATION = "mappings/findings/<uuid:pk>", "mappings/recommendations/<uuid:pk>"
ISSUED = "mappings/reports/<uuid:pk>"

urlpatterns = [
    path("mappings", views.mapping_list, name="mapping_list"),
    path("mappings/new", views.mapping_new, name="mapping_new"),
    path("mappings/recommendations", finding_views.recommendation_list, name="recommendation_list"),
    path(ROUND, views.mapping, name="mapping"),
    path(f"{ROUND}/edit", views.mapping_edit, name="mapping_edit"),
    path(f"{ROUND}/close", views.mapping_close, {"is_closed": True}, name="mapping_close"),
    path(f"{ROUND}/reopen", views.mapping_close, {"is_closed": False}, name="mapping_reopen"),
    path(f"{ROUND}/interviews/new", views.mapping_interview_new, name="mapping_interview_new"),
    path(f"{ROUND}/comparison", views.mapping_comparison, name="mapping_comparison"),
    path(f"{ROUND}/findings/new", finding_views.mapping_finding_new, name="mapping_finding_new"),
    path(f"{ROUND}/report", report_views.mapping_report, name="mapping_report"),
    path(f"{ROUND}/report/begin", report_views.mapping_begin, name="mapping_begin"),
    path(f"{ROUND}/report/issue", report_views.mapping_issue, name="mapping_issue"),
    path(f"{ROUND}/report.pdf", report_views.mapping_pdf, name="mapping_pdf"),
    path(f"{ROUND}/report.docx", report_views.mapping_docx, name="mapping_docx"),
    path(INTERVIEW, views.interview, name="interview"),
    path(f"{INTERVIEW}/edit", views.interview_edit, name="interview_edit"),
    path("mappings/answers/<uuid:pk>", views.passage, name="passage"),
    path(FINDING, finding_views.finding, name="finding"),
    path(f"{FINDING}/edit", finding_views.finding_edit, name="finding_edit"),
    path(
        f"{FINDING}/services/<uuid:service>/check",
        finding_views.finding_check,
        name="finding_check",
    ),
    path(f"{FINDING}/recommendations", finding_views.finding_recommend, name="finding_recommend"),
    path(RECOMMENDATION, finding_views.recommendation_edit, name="recommendation_edit"),
    path(
        f"{RECOMMENDATION}/done",
        finding_views.recommendation_mark,
        {"state": ActionState.DONE},
        name="recommendation_done",
    ),
    path(
        f"{RECOMMENDATION}/open",
        finding_views.recommendation_mark,
        {"state": ActionState.OPEN},
        name="recommendation_reopen",
    ),
    path(
        f"{RECOMMENDATION}/cancel",
        finding_views.recommendation_mark,
        {"state": ActionState.CANCELLED},
        name="recommendation_cancel",
    ),
    path(ISSUED, report_views.issued, name="issued"),
    path(f"{ISSUED}.pdf", report_views.issued_pdf, name="issued_pdf"),
    path(f"{ISSUED}.docx", report_views.issued_docx, name="issued_docx"),
]
