from django.urls import path

from dispensing.views import lots, mishaps, observations, overdoses, vomits

urlpatterns = [
    path("overdoses/", overdoses.overdose_list, name="overdoses"),
    path("overdoses/new/", overdoses.overdose_new, name="overdose_new"),
    path("overdoses/<uuid:incident_id>/", overdoses.overdose, name="overdose"),
    path("overdoses/<uuid:incident_id>/step/", overdoses.overdose_step, name="overdose_step"),
    path("overdoses/<uuid:incident_id>/identify/", overdoses.overdose_identify, name="overdose_identify"),
    path("overdoses/<uuid:incident_id>/report/", overdoses.overdose_report, name="overdose_report"),
    path("doses/<uuid:dose_id>/wrong/", mishaps.wrong_dose, name="wrong_dose"),
    path("patients/<uuid:patient_id>/wrong/", mishaps.wrong_cup, name="wrong_cup"),
    path("wrong-doses/<uuid:wrong_dose_id>/", mishaps.wrong_dose_shown, name="wrong_dose_shown"),
    path("doses/<uuid:dose_id>/vomit/", vomits.vomit, name="vomit"),
    path("vomits/<uuid:vomit_id>/", vomits.vomit_shown, name="vomit_shown"),
    path("patients/<uuid:patient_id>/supplement/", vomits.supplement, name="supplement"),
    path("near-misses/", mishaps.near_misses, name="near_misses"),
    path("near-misses/<uuid:near_miss_id>/", mishaps.near_miss, name="near_miss"),
    path("patients/<uuid:patient_id>/watch/", observations.watch, name="watch"),
    path("observations/<uuid:observation_id>/", observations.observation, name="observation"),
    path("bottles/<int:number>/patients/", mishaps.bottle_patients, name="bottle_patients"),
    path("recalls/<uuid:recall_id>/patients/", lots.drinkers, name="lot_patients"),
    path("recalls/<uuid:recall_id>/patients/paper/", lots.drinkers_printed, name="lot_patients_paper"),
]
