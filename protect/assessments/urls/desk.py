from django.urls import path

from protect.assessments.views import papers, results

RESULTS = "trainings/<uuid:pk>/learning"
TRY_AGAIN_PATH = "trainings/registrations/<uuid:pk>/again"
app_name = "assessments"
urlpatterns = [
    path("trainings/practice", papers.practice_sheet, name="practice"),
    path(RESULTS, results.edition_results, name="learning"),
    path(f"{RESULTS}/results.csv", results.edition_results_csv, name="learning_csv"),
    path(f"{RESULTS}/forms", results.choose_edition_forms, name="learning_forms"),
    path(f"{RESULTS}/freeze", results.freeze_edition_results, name="learning_freeze"),
    path(f"{RESULTS}/cards", papers.print_cards_page, name="learning_cards"),
    path(f"{RESULTS}/slips", papers.print_slips_page, name="learning_slips"),
    path(f"{RESULTS}/<str:phase>/wall", papers.test_poster_pdf, name="learning_wall"),
    path(f"{RESULTS}/<str:phase>/paper", papers.printable_form_page, name="learning_paper"),
    path(f"{RESULTS}/<str:phase>/type", papers.type_in_paper_form, name="learning_type"),
    path(f"{RESULTS}/typed-back", papers.remove_last_typed_response, name="learning_typed_back"),
    path(TRY_AGAIN_PATH, results.allow_another_attempt_page, name="registration_again"),
]
