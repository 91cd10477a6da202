from django.urls import path

from protect.programme.views import enquiry_form, film_pages, site_pages

app_name = "programme"
urlpatterns = [
    path("", site_pages.language_choice, name="language_choice"),
    path("robots.txt", site_pages.robots, name="robots"),
    path("emblem.svg", site_pages.emblem_file, name="emblem"),
    path("files/<slug:code>", site_pages.resource_file, name="resource_file"),
    path("films/<slug:code>.mp4", film_pages.film_video, name="film_video"),
    path("films/<slug:code>/<slug:language>.vtt", film_pages.film_subtitles, name="film_subtitles"),
    path("<slug:tag>/films/<slug:code>", film_pages.film_page, name="film"),
    path("<slug:tag>/", site_pages.site_page, name="home"),
    path("<slug:tag>/take-action/sent", enquiry_form.sent_page, name="sent"),
    path("<slug:tag>/take-action/<slug:kind>", enquiry_form.enquiry_page, name="enquiry"),
    path("<slug:tag>/<slug:slug>", site_pages.site_page, name="page"),
]
