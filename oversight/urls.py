from django.urls import path

from oversight.views import audit, morning, seconds

app_name = "oversight"
urlpatterns = [
    path("", morning.morning, name="morning"),
    path("sites/<int:facility_id>/", morning.site, name="site"),
    path("sites/<int:facility_id>/seconds/", seconds.seconds, name="seconds"),
    path("audit/", audit.trail, name="audit"),
]
