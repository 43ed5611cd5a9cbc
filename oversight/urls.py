from django.urls import path

from oversight.views import audit, frozen_reports, hours, incidents, inspections, morning, reports, seconds

app_name = "oversight"
urlpatterns = [
    path("", morning.morning, name="morning"),
    path("doses/", morning.doses, name="doses"),
    path("stock/", morning.stock, name="stock"),
    path("sites/<int:facility_id>/", morning.site, name="site"),
    path("sites/<int:facility_id>/seconds/", seconds.seconds, name="seconds"),
    path("sites/<int:facility_id>/incidents/", incidents.incidents, name="incidents"),
    path("hours/", hours.hours, name="hours"),
    path("inspections/", inspections.overview, name="inspections"),
    path("inspections/new/", inspections.start, name="inspection-new"),
    path("inspections/<uuid:inspection_id>/", inspections.inspection, name="inspection"),
    path("inspections/<uuid:inspection_id>/count/", inspections.count, name="inspection-count"),
    path("inspections/<uuid:inspection_id>/end/", inspections.end, name="inspection-end"),
    path("inspections/<uuid:inspection_id>/paper/", inspections.paper, name="inspection-paper"),
    path("inspections/<uuid:inspection_id>/legal/", inspections.legal_paper, name="inspection-legal"),
    path("inspections/<uuid:inspection_id>/identities/", inspections.patient_identities, name="inspection-identities"),
    path("reports/", reports.overview, name="reports"),
    path("reports/show/", reports.report, name="report"),
    path("reports/number/", reports.number, name="lines"),
    path("reports/file/", reports.file, name="report-file"),
    path("reports/sign/", frozen_reports.sign, name="report-sign"),
    path("reports/dhis2/", frozen_reports.mapping, name="dhis2"),
    path("reports/<uuid:report_id>/", frozen_reports.frozen, name="frozen"),
    path("reports/<uuid:report_id>/approve/", frozen_reports.approve, name="frozen-approve"),
    path("reports/<uuid:report_id>/compare/", frozen_reports.compare, name="frozen-compare"),
    path("reports/<uuid:report_id>/file/", frozen_reports.file, name="frozen-file"),
    path("audit/", audit.trail, name="audit"),
]
