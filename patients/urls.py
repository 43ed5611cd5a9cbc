from django.urls import path

from patients.views import alerts, hiv, known, patient, person, photo, phrases, register, retention, visits

app_name = "patients"
urlpatterns = [
    path("", register.patients, name="register"),
    path("new/", register.new, name="new"),
    path("retention/", retention.retention, name="retention"),
    path("<uuid:patient_id>/", patient.patient, name="patient"),
    path("<uuid:patient_id>/identity/", patient.show_identity, name="identity"),
    path("<uuid:patient_id>/known/", known.known, name="known"),
    path("<uuid:patient_id>/known/requests/", known.ask, name="data-requests"),
    path("<uuid:patient_id>/known/requests/<uuid:asked_id>/", known.step, name="data-request"),
    path("<uuid:patient_id>/person/", person.person, name="person"),
    path("<uuid:patient_id>/photo/", photo.photo, name="photo"),
    path("<uuid:patient_id>/hiv/", hiv.hiv, name="hiv"),
    path("<uuid:patient_id>/telephones/", person.telephones, name="telephones"),
    path("<uuid:patient_id>/alerts/", alerts.alerts, name="alerts"),
    path("<uuid:patient_id>/alerts/<uuid:alert_id>/stop/", alerts.stop, name="alert-stop"),
    path("<uuid:patient_id>/alerts/<uuid:alert_id>/end/", alerts.end, name="alert-end"),
    path("<uuid:patient_id>/alerts/<uuid:alert_id>/medicine/", alerts.medicine, name="alert-medicine"),
    path("<uuid:patient_id>/speech/", alerts.speech, name="speech"),
    path("<uuid:patient_id>/phrases/", phrases.phrases, name="phrases"),
    path("<uuid:patient_id>/phrases/print/", phrases.print_phrases, name="phrases-print"),
    path("<uuid:patient_id>/place/", patient.place, name="place"),
    path("<uuid:patient_id>/visit/", visits.visit, name="visit"),
    path("<uuid:patient_id>/visit/<int:placement_id>/end/", visits.end, name="visit_end"),
    path("<uuid:patient_id>/status/", patient.change_status, name="status"),
    path("<uuid:patient_id>/consent/", patient.give_consent, name="consent"),
    path("<uuid:patient_id>/consent/withdraw/", patient.withdraw_consent, name="withdraw-consent"),
    path("<uuid:patient_id>/card/", patient.print_card, name="card"),
    path("<uuid:patient_id>/card/replace/", patient.replace_card, name="replace-card"),
]
