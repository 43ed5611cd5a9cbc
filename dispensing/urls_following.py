from django.urls import path

from dispensing.views import checkups, due, elsewhere, following, take_home, vials

urlpatterns = [
    path("patients/<uuid:patient_id>/following/", following.following, name="following"),
    path("patients/<uuid:patient_id>/urine/", checkups.urine, name="urine"),
    path("patients/<uuid:patient_id>/exam/", checkups.exam, name="exam"),
    path("patients/<uuid:patient_id>/counselling/", checkups.counselling, name="counselling"),
    path("patients/<uuid:patient_id>/elsewhere/", elsewhere.record, name="elsewhere"),
    path("elsewhere/<uuid:elsewhere_id>/photos/<str:digest>/", elsewhere.photo, name="elsewhere_photo"),
    path("patients/<uuid:patient_id>/take-home/", take_home.hand_out, name="take_home"),
    path("patients/<uuid:patient_id>/take-home/allow/", take_home.permit, name="take_home_allow"),
    path("take-home/<uuid:take_home_id>/labels/", take_home.labels, name="vial_labels"),
    path("take-home/<uuid:take_home_id>/void/", vials.void, name="vial_void"),
    path("patients/<uuid:patient_id>/vials/empty/", vials.all_empty, name="vials_empty"),
    path("patients/<uuid:patient_id>/vials/call/", vials.call_back, name="vials_call"),
    path("vials/<uuid:vial_id>/", vials.report, name="vial"),
    path("due/", due.due, name="due"),
]
