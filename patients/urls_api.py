"""The register in the JSON API; hung under api/v1/ by config.urls."""

from django.urls import path

from patients import api_fhir

app_name = "patients_api"
urlpatterns = [
    path("fhir/Patient", api_fhir.patients, name="fhir-patients"),
    path("fhir/Patient/<str:fhir_patient>", api_fhir.patient, name="fhir-patient"),
]
