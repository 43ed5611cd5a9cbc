from django.urls import path

from staff.views import hours, hours_paid, lock, me, people, reach, second_factor, signin, unwitnessed, witness

app_name = "staff"
urlpatterns = [
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("second-factor/", second_factor.second_factor, name="second-factor"),
    path("lock/", lock.lock, name="lock"),
    path("unlock/", lock.unlock, name="unlock"),
    path("facility/", me.facility, name="facility"),
    path("me/", me.me, name="me"),
    path("password/", me.password, name="password"),
    path("pin/", me.pin, name="pin"),
    path("reach/", reach.reach, name="reach"),
    path("people/", people.people, name="people"),
    path("people/new/", people.add, name="person-add"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/appoint/", people.appoint, name="appoint"),
    path("people/<int:person_id>/hand-out-password/", people.hand_out_password, name="hand-out-password"),
    *(
        path(f"people/<int:person_id>/{change}/", people.change, {"change": change}, name=change)
        for change in people.CHANGES
    ),
    path("appointments/<int:appointment_id>/end/", people.end, name="appointment-end"),
    path("witness/", witness.witness, name="witness"),
    path("witness/<uuid:remote_id>/objection/", witness.objection, name="objection"),
    path("hours/", hours.month, name="hours"),
    path("hours/file/", hours.own_file, name="hours-file"),
    path("hours/tap/", hours.tap, name="hours-tap"),
    path("hours/look/", hours.look, name="hours-look"),
    path("hours/confirm/", hours.confirm, name="hours-confirm"),
    path("hours/new/", hours.type_in, name="hours-new"),
    path("hours/<uuid:duty_id>/correct/", hours.correct, name="hours-correct"),
    path("hours/<uuid:duty_id>/decline/", hours.decline, name="hours-decline"),
    path("hours/approve/", hours_paid.approve, name="hours-approve"),
    path("hours/payroll/", hours_paid.pay, name="hours-payroll"),
    path("hours/payroll/file/", hours_paid.payroll_file, name="hours-payroll-file"),
    path("hours/payroll/<int:person_id>/", hours_paid.term, name="hours-term"),
    path("unwitnessed/", unwitnessed.acts, name="unwitnessed"),
    path("unwitnessed/<uuid:attestation_id>/", unwitnessed.review, name="review"),
]
