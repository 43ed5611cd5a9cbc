from django.urls import path

from facilities import views

app_name = "facilities"
urlpatterns = [
    path("overdose/", views.overdose, name="overdose"),
    path("overdose/offline/", views.offline, name="offline"),
    path("overdose/<int:facility_id>/", views.overdose_card, name="overdose-card"),
    path("calendar/", views.days, name="calendar"),
    path("calendar/<str:calendar_day>/drop/", views.drop, name="calendar-drop"),
    path("settings/", views.settings, name="settings"),
    path("settings/<int:facility_id>/<str:key>/", views.setting, name="setting"),
    path("settings/<int:facility_id>/<str:key>/change/", views.change, name="change"),
]
