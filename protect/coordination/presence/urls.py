from django.urls import path

from protect.coordination.presence import views

urlpatterns = [
    path("presence", views.presence, name="presence"),
    path("presence.csv", views.presence_csv, name="presence_csv"),
    path("presence.xlsx", views.presence_xlsx, name="presence_xlsx"),
    path("presence/focal-points", views.focal_points, name="focal_points"),
    path("presence/organisations/<uuid:pk>", views.provider_edit, name="provider_edit"),
]
