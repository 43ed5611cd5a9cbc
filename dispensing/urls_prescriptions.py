"""The physician's pages; included by dispensing.urls at prescriptions/ and part of its namespace."""

from django.urls import path

from dispensing.views import delegations, holds, in_my_name, prescriptions

urlpatterns = [
    path("", prescriptions.index, name="prescriptions"),
    path("patients/<uuid:patient_id>/", prescriptions.patient, name="prescription_patient"),
    path("patients/<uuid:patient_id>/new/", prescriptions.new, name="prescription_new"),
    path("patients/<uuid:patient_id>/in-the-name/", delegations.act, name="in_the_name"),
    path("in-my-name/", in_my_name.index, name="in_my_name"),
    path("in-my-name/<uuid:named_order_id>/sign/", in_my_name.sign, name="named_order_sign"),
    path("in-my-name/<uuid:named_order_id>/disown/", in_my_name.disown, name="named_order_disown"),
    path("delegations/", delegations.index, name="delegations"),
    path("delegations/<uuid:delegation_id>/end/", delegations.end, name="delegation_end"),
    path("patients/<uuid:patient_id>/hold/", holds.place, name="hold_place"),
    path("holds/<uuid:hold_id>/lift/", holds.lift, name="hold_lift"),
    path("<uuid:prescription_id>/stop/", prescriptions.stop, name="prescription_stop"),
]
