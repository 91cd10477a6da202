"""URLs for printing on the staff site, where the namespace findhelp has no other URLs."""

from django.urls import path

from protect.findhelp.posters import views

app_name = "findhelp"

urlpatterns = [
    path("directory/posters", views.choose_poster_page, name="desk_posters"),
    path("directory/posters/<str:place>/<str:need>", views.print_poster_page, name="desk_poster"),
    path(
        "directory/posters/<str:place>/<str:need>/<str:tag>.png",
        views.poster_preview_png,
        name="desk_poster_picture",
    ),
    path("directory/printable", views.print_directory_page, name="desk_printable"),
    path("directory/offline", views.offline_page, name="desk_offline"),
]
