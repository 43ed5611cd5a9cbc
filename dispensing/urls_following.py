from django.urls import path

from dispensing.views import checkups, due, elsewhere, following

urlpatterns = [
    path("patients/<uuid:patient_id>/following/", following.following, name="following"),
    path("patients/<uuid:patient_id>/urine/", checkups.urine, name="urine"),
    path("patients/<uuid:patient_id>/exam/", checkups.exam, name="exam"),
    path("patients/<uuid:patient_id>/counselling/", checkups.counselling, name="counselling"),
    path("patients/<uuid:patient_id>/elsewhere/", elsewhere.record, name="elsewhere"),
    path("elsewhere/<uuid:elsewhere_id>/photos/<str:digest>/", elsewhere.photo, name="elsewhere_photo"),
    path("due/", due.due, name="due"),
]
