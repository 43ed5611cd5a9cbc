"""The physician's pages; included by dispensing.urls at prescriptions/ and part of its namespace."""

from django.urls import path

from dispensing.views import holds, prescriptions

urlpatterns = [
    path("", prescriptions.index, name="prescriptions"),
    path("patients/<uuid:patient_id>/", prescriptions.patient, name="prescription_patient"),
    path("patients/<uuid:patient_id>/new/", prescriptions.new, name="prescription_new"),
    path("patients/<uuid:patient_id>/hold/", holds.place, name="hold_place"),
    path("holds/<uuid:hold_id>/lift/", holds.lift, name="hold_lift"),
    path("<uuid:prescription_id>/stop/", prescriptions.stop, name="prescription_stop"),
]
