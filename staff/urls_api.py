"""Devices and one's own hours in the JSON API; hung under api/v1/ by config.urls."""

from django.urls import path

from staff.api import devices, hours

app_name = "staff_api"
urlpatterns = [
    path("device/sign-in/", devices.sign_in, name="sign-in"),
    path("device/sign-out/", devices.sign_out, name="sign-out"),
    path("me/", devices.me, name="me"),
    path("hours/", hours.month, name="hours"),
    path("hours/tap/", hours.tap, name="hours-tap"),
    path("hours/typed/", hours.type_in, name="hours-typed"),
]
