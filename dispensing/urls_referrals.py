from django.urls import path

from dispensing.views import referrals

urlpatterns = [
    path("referrals/", referrals.index, name="referrals"),
    path("patients/<uuid:patient_id>/refer/", referrals.new, name="refer"),
    path("referrals/<uuid:referral_id>/", referrals.referral, name="referral"),
    path("referrals/<uuid:referral_id>/slip/", referrals.slip, name="referral_slip"),
    path("referrals/<uuid:referral_id>/dossier/", referrals.dossier, name="referral_dossier"),
    path("referrals/<uuid:referral_id>/do/<slug:referral_step>/", referrals.step, name="referral_step"),
]
