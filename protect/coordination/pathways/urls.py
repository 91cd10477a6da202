from django.urls import path

from protect.coordination.pathways import (
    arrange_views,
    call_views,
    exercise_views,
    output_views,
    views,
)

PATHWAY, STEP, TEST = "pathways/<uuid:pk>", "pathways/steps/<uuid:pk>", "pathways/tests/<uuid:pk>"

urlpatterns = [
    path("pathways", views.pathway_list, name="pathway_list"),
    path("pathways/call", call_views.pathway_call, name="pathway_call"),
    path("pathways/new", views.pathway_new, name="pathway_new"),
    path(PATHWAY, views.pathway, name="pathway"),
    path(f"{PATHWAY}/arrange", arrange_views.pathway_arrange, name="pathway_arrange"),
    path(f"{PATHWAY}/change", arrange_views.pathway_change, name="pathway_change"),
    path(f"{PATHWAY}/steps/new", arrange_views.pathway_step_new, name="pathway_step_new"),
    path(f"{STEP}/edit", arrange_views.pathway_step_edit, name="pathway_step_edit"),
    path(f"{STEP}/services/new", arrange_views.pathway_service_new, name="pathway_service_new"),
    path(f"{PATHWAY}/propose", arrange_views.pathway_propose, name="pathway_propose"),
    path(f"{PATHWAY}/agree", arrange_views.pathway_agree, name="pathway_agree"),
    path(f"{PATHWAY}/publish", arrange_views.pathway_publish, name="pathway_publish"),
    path(
        f"{PATHWAY}/services/<uuid:service>/confirm", views.pathway_confirm, name="pathway_confirm"
    ),
    path(f"{PATHWAY}/procedure", views.pathway_procedure, name="pathway_procedure"),
    path(f"{PATHWAY}/end", views.pathway_end, name="pathway_end"),
    path(f"{PATHWAY}/picture", output_views.pathway_picture, name="pathway_picture"),
    path(f"{PATHWAY}/picture.svg", output_views.pathway_svg, name="pathway_svg"),
    path(f"{PATHWAY}/paper/<str:paper>.pdf", output_views.pathway_paper, name="pathway_paper"),
    path(f"{PATHWAY}/tests/new", exercise_views.pathway_test_new, name="pathway_test_new"),
    path(TEST, exercise_views.pathway_test, name="pathway_test"),
    path(f"{TEST}/services/<uuid:service>", exercise_views.pathway_finding, name="pathway_finding"),
    path(
        "pathways/findings/<uuid:pk>/report",
        exercise_views.pathway_finding_report,
        name="pathway_finding_report",
    ),
]
