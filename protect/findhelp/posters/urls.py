"""Addresses of papers at the desk. In the URLs of the desk this is all that is called findhelp."""

from django.urls import path

from protect.findhelp.posters import views

app_name = "findhelp"

urlpatterns = [
    path("directory/posters", views.desk_posters, name="desk_posters"),
    path("directory/posters/<str:place>/<str:need>", views.desk_poster, name="desk_poster"),
    path(
        "directory/posters/<str:place>/<str:need>/<str:tag>.png",
        views.desk_poster_picture,
        name="desk_poster_picture",
    ),
    path("directory/printable", views.desk_printable, name="desk_printable"),
]
