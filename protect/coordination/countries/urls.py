from django.urls import path

from protect.coordination.countries import views

urlpatterns = [
    path("countries/<str:country>", views.country, name="country"),
    path("countries/<str:country>/brief", views.country_brief, name="country_brief"),
]
