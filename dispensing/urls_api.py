"""Patients, doses, orders and referrals in the JSON API; hung under api/v1/ by config.urls."""

from django.urls import path

from dispensing.api import dosing, fhir, outcomes, prescriptions, referrals, roster, sync

app_name = "dispensing_api"
urlpatterns = [
    path("roster/", roster.roster, name="roster"),
    path("doses/authorise/", dosing.authorise, name="authorise"),
    path("doses/confirm/", dosing.confirm, name="confirm"),
    path("outcomes/", outcomes.state, name="outcomes"),
    path("prescriptions/", prescriptions.orders, name="prescriptions"),
    path("prescriptions/sign/", prescriptions.sign, name="prescription-sign"),
    path("prescriptions/<uuid:prescription_id>/", prescriptions.order, name="prescription"),
    path("prescriptions/<uuid:prescription_id>/stop/", prescriptions.stop, name="prescription-stop"),
    path("referrals/", referrals.referrals, name="referrals"),
    path("referrals/<uuid:referral_id>/", referrals.referral, name="referral"),
    path("referrals/<uuid:referral_id>/steps/<slug:referral_step>/", referrals.step, name="referral-step"),
    path("sync/", sync.receive, name="sync"),
    path("fhir/MedicationAdministration", fhir.administrations, name="fhir-administrations"),
    path("fhir/MedicationAdministration/<str:fhir_administration>", fhir.administration, name="fhir-administration"),
    path("fhir/MedicationRequest", fhir.orders, name="fhir-orders"),
    path("fhir/MedicationRequest/<str:fhir_order>", fhir.order, name="fhir-order"),
    path("fhir/MedicationDispense", fhir.dispenses, name="fhir-dispenses"),
    path("fhir/MedicationDispense/<str:fhir_dispense>", fhir.dispense, name="fhir-dispense"),
]
