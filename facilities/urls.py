from django.urls import path

from facilities import views

app_name = "facilities"
urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("settings/<int:facility_id>/<str:key>/", views.setting, name="setting"),
    path("settings/<int:facility_id>/<str:key>/change/", views.change, name="change"),
]
