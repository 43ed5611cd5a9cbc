"""Patients, doses, orders and referrals in the JSON API; hung under api/v1/ by config.urls."""

from django.urls import path

from dispensing.api import dosing, outcomes, prescriptions, referrals, roster, sync

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
]
