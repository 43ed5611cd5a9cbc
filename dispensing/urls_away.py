from django.urls import path

from dispensing.views import away, cut_offs, starting, work

urlpatterns = [
    path("work/", work.work_list, name="work"),
    path("work/figures/", work.figures, name="work_figures"),
    path("start/", starting.start, name="start"),
    path("start/form/", starting.empty_form, name="start_form"),
    path("watched/", work.watched, name="watched"),
    path("tomorrow/", work.nobodys, name="tomorrow"),
    path("road/", cut_offs.road, name="road"),
    path("road/<uuid:cut_off_id>/end/", cut_offs.road_end, name="road_end"),
    path("patients/<uuid:patient_id>/contact/", away.contact, name="contact"),
    path("patients/<uuid:patient_id>/absence/", away.absence, name="absence"),
    path("patients/<uuid:patient_id>/drop-out/", away.drop_out, name="drop_out"),
    path("absences/<uuid:absence_id>/cancel/", away.absence_cancel, name="absence_cancel"),
]
