from django.urls import path

from protect.programme.views import enquiries

app_name = "enquiries"
urlpatterns = [
    path("enquiries", enquiries.enquiry_list, name="enquiry_list"),
    path("enquiries/<uuid:pk>", enquiries.enquiry, name="enquiry"),
    path("enquiries/<uuid:pk>/move/<str:move>", enquiries.enquiry_move, name="enquiry_move"),
]
