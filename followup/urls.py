from django.urls import path

from followup import views

app_name = "followup"
urlpatterns = [
    path("", views.case_list, name="cases"),
    path("<uuid:case_id>/", views.case, name="case"),
    path("<uuid:case_id>/note/", views.note, name="note"),
    path("<uuid:case_id>/hand-on/", views.hand_on, name="hand-on"),
    path("<uuid:case_id>/conclude/", views.conclude, name="conclude"),
]
