from django.urls import include, path

from dispensing.views import board, days, doses, handover, later, outcomes, phone_orders, sheets, voids

app_name = "dispensing"
urlpatterns = [
    path("", board.board, name="board"),
    path("patients/<uuid:patient_id>/", board.open_patient, name="patient"),
    path("patients/<uuid:patient_id>/answers/", board.answer, name="answer"),
    path("patients/<uuid:patient_id>/no-new-medicine/", board.no_new_medicine, name="no_new_medicine"),
    path("patients/<uuid:patient_id>/confirm/", board.confirm, name="confirm"),
    path("patients/<uuid:patient_id>/not-given/", outcomes.not_given, name="not_given"),
    path("patients/<uuid:patient_id>/phone-order/", phone_orders.take_down, name="phone_order"),
    path("doses/<uuid:dose_id>/", doses.dose, name="dose"),
    path("doses/<uuid:dose_id>/void/", voids.void, name="void"),
    path("sheets/", sheets.all_sheets, name="sheets"),
    path("sheets/<uuid:sheet_id>/", sheets.one_sheet, name="sheet"),
    path("later/", later.later, name="later"),
    path("open/", days.open_day, name="open_day"),
    path("handover/", handover.hand_over, name="handover"),
    path("close/", days.close_day, name="close_day"),
    path("days/", days.days, name="days"),
    path("days/<str:day>/", days.sheet, name="day_sheet"),
    path("prescriptions/", include("dispensing.urls_prescriptions")),
    path("", include("dispensing.urls_incidents")),
    path("", include("dispensing.urls_following")),
    path("", include("dispensing.urls_referrals")),
    path("", include("dispensing.urls_away")),
    path("", include("dispensing.urls_questions")),
]
