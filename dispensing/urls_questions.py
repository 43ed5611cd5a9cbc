from django.urls import path

from dispensing.views import questions

urlpatterns = [
    path("questions/", questions.index, name="questions"),
    path("questions/<uuid:question_id>/", questions.question, name="question"),
    path("questions/<uuid:question_id>/<str:said>/", questions.say, name="question_say"),
    path("patients/<uuid:patient_id>/ask/", questions.ask, name="ask"),
]
