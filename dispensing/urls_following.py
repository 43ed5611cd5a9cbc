from django.urls import path

from dispensing.views import following

urlpatterns = [
    path("patients/<uuid:patient_id>/following/", following.following, name="following"),
]
