from django.urls import path

from oversight.views import audit, hours, inspections, morning, seconds

app_name = "oversight"
urlpatterns = [
    path("", morning.morning, name="morning"),
    path("sites/<int:facility_id>/", morning.site, name="site"),
    path("sites/<int:facility_id>/seconds/", seconds.seconds, name="seconds"),
    path("hours/", hours.hours, name="hours"),
    path("inspections/", inspections.overview, name="inspections"),
    path("inspections/new/", inspections.start, name="inspection-new"),
    path("inspections/<uuid:inspection_id>/", inspections.inspection, name="inspection"),
    path("inspections/<uuid:inspection_id>/count/", inspections.count, name="inspection-count"),
    path("inspections/<uuid:inspection_id>/end/", inspections.end, name="inspection-end"),
    path("inspections/<uuid:inspection_id>/paper/", inspections.paper, name="inspection-paper"),
    path("inspections/<uuid:inspection_id>/legal/", inspections.legal_paper, name="inspection-legal"),
    path("inspections/<uuid:inspection_id>/identities/", inspections.patient_identities, name="inspection-identities"),
    path("audit/", audit.trail, name="audit"),
]
