from django.urls import include, path

from dispensing.views import board, doses, outcomes, voids

app_name = "dispensing"
urlpatterns = [
    path("", board.board, name="board"),
    path("patients/<uuid:patient_id>/", board.open_patient, name="patient"),
    path("patients/<uuid:patient_id>/answers/", board.answer, name="answer"),
    path("patients/<uuid:patient_id>/no-new-medicine/", board.no_new_medicine, name="no_new_medicine"),
    path("patients/<uuid:patient_id>/confirm/", board.confirm, name="confirm"),
    path("patients/<uuid:patient_id>/not-given/", outcomes.not_given, name="not_given"),
    path("doses/<uuid:dose_id>/", doses.dose, name="dose"),
    path("doses/<uuid:dose_id>/void/", voids.void, name="void"),
    path("prescriptions/", include("dispensing.urls_prescriptions")),
]
