from django.urls import path

from protect.coordination.adaptations import step_views, views

SERVICE, CHECK, STEP = "services/<uuid:pk>", "services/checks/<uuid:pk>", "services/steps/<uuid:pk>"

urlpatterns = [
    path(f"{SERVICE}/organisation", views.service_organisation, name="service_organisation"),
    path(f"{SERVICE}/checks/new", views.service_check_new, name="service_check_new"),
    path("services/checks", views.adaptation_list, name="adaptation_list"),
    path(CHECK, views.adaptation, name="adaptation"),
    path(f"{CHECK}/peer", views.adaptation_peer, name="adaptation_peer"),
    path(f"{CHECK}/answers/<slug:part>", views.adaptation_answers, name="adaptation_answers"),
    path(f"{CHECK}/comparison", views.adaptation_comparison, name="adaptation_comparison"),
    path(f"{CHECK}/steps/new", step_views.adaptation_step_new, name="adaptation_step_new"),
    path(f"{CHECK}/finish", views.adaptation_finish, name="adaptation_finish"),
    path(f"{CHECK}/review", views.adaptation_review, name="adaptation_review"),
    path(f"{CHECK}/close", views.adaptation_close, name="adaptation_close"),
    path(STEP, step_views.step_edit, name="step_edit"),
    path(f"{STEP}/done", step_views.step_done, name="step_done"),
    path(f"{STEP}/cancel", step_views.step_cancel, name="step_cancel"),
    path(f"{STEP}/accept", step_views.step_decide, {"is_done": True}, name="step_accept"),
    path(f"{STEP}/reopen", step_views.step_decide, {"is_done": False}, name="step_reopen"),
]
