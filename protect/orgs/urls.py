from django.urls import path

from protect.orgs.accounts import account
from protect.orgs.history import views

app_name = "orgs"
urlpatterns = [
    path("account", account, name="account"),
    path(
        "organisations/<uuid:pk>/history", views.organisation_history, name="organisation_history"
    ),
    path("organisations/<uuid:pk>/alarms/answer", views.alarm_answer, name="alarm_answer"),
    path("history/<str:kind>/<uuid:pk>", views.target_history, name="thing_history"),
]
