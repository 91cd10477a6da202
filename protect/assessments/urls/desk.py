from django.urls import path

from protect.assessments.views import desk

RESULTS = "trainings/<uuid:pk>/learning"
TRY_AGAIN_PATH = "trainings/registrations/<uuid:pk>/again"
app_name = "assessments"
urlpatterns = [
    path("trainings/practice", desk.practice_sheet, name="practice"),
    path(RESULTS, desk.edition_results, name="learning"),
    path(f"{RESULTS}/results.csv", desk.edition_results_csv, name="learning_csv"),
    path(f"{RESULTS}/forms", desk.choose_edition_forms, name="learning_forms"),
    path(f"{RESULTS}/freeze", desk.freeze_edition_results, name="learning_freeze"),
    path(f"{RESULTS}/cards", desk.print_cards_page, name="learning_cards"),
    path(f"{RESULTS}/slips", desk.print_slips_page, name="learning_slips"),
    path(f"{RESULTS}/<str:phase>/wall", desk.test_poster_pdf, name="learning_wall"),
    path(f"{RESULTS}/<str:phase>/paper", desk.printable_form_page, name="learning_paper"),
    path(f"{RESULTS}/<str:phase>/type", desk.type_in_paper_form, name="learning_type"),
    path(f"{RESULTS}/typed-back", desk.remove_last_typed_response, name="learning_typed_back"),
    path(TRY_AGAIN_PATH, desk.allow_another_attempt_page, name="registration_again"),
]
