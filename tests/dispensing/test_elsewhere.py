"""A dose that another place documents is a fact with its slip: it counts once, and nothing that happened is refused."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import override_settings

from core.ids import new_id
from dispensing.models import DayOutcome, DoseElsewhere, PatientReview
from dispensing.queries import facts as facts_query
from dispensing.queries.card import day_words
from dispensing.queries.days import to_decide
from dispensing.queries.gaps import gaps_of
from dispensing.rules.authorise import authorise
from dispensing.rules.codes import Code
from dispensing.rules.daycodes import How, Why
from dispensing.rules.elsewhere import ElsewhereSettings, KnownDay, check, findings, needs_case
from dispensing.rules.facts import Answers
from dispensing.rules.missed import count_missed
from dispensing.rules.settings import DosingSettings
from dispensing.services import days, elsewhere
from dispensing.services.doses import OtherContent
from dispensing.services.elsewhere import ElsewhereRefused
from facilities.models import Facility
from followup.models import Case
from patients.models import Patient
from tests import cast, world
from tests.core.test_attachments import photo, sent
from tests.dispensing import morning
from tests.dispensing.elsewhere import YESTERDAY, documented, new
from tests.entrance import signed_in

NOW, TODAY, ONE_DAY = world.NOW, world.TODAY, timedelta(days=1)
db = pytest.mark.django_db


def test_findings_name_both_doses_of_a_day_and_a_missing_slip():
    found = findings(day=TODAY, mg=Decimal(60), known=KnownDay(Decimal(65), Decimal(0)), proven=False)

    assert [each["code"] for each in found] == [Code.ELSEWHERE_DOSED_HERE, Code.ELSEWHERE_UNPROVEN]
    assert found[0]["data"] == {"day_on": TODAY.isoformat(), "dose_mg": "65", "told_mg": "60"}
    assert needs_case(found)
    assert not needs_case(found[1:])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first": TODAY + ONE_DAY, "last": TODAY + ONE_DAY}, "day"),
        ({"first": TODAY - 200 * ONE_DAY}, "day"),
        ({"last": TODAY - 5 * ONE_DAY}, "until"),
        ({"last": TODAY + ONE_DAY}, "until"),
        ({"first": TODAY - 40 * ONE_DAY}, "until"),
        ({"mg": Decimal(0)}, "mg"),
        ({"mg": Decimal(1001)}, "mg"),
        ({"place": ""}, "place"),
        ({"confirmed_by": ""}, "confirmed_by"),
    ],
)
def test_check_refuses_what_cannot_be_so_at_its_field(changed: dict, field: str):
    said = {
        "first": TODAY - 2 * ONE_DAY, "last": TODAY, "mg": Decimal(65), "place": "BV", "confirmed_by": "H.",
        "started_on": TODAY - 400 * ONE_DAY, "today": TODAY, "settings": ElsewhereSettings(), "correction": False,
    }  # fmt: skip

    assert check(**said) == ()
    assert field in {wrong.field for wrong in check(**(said | changed))}


def known(patient: Patient) -> facts_query.Known:
    here = morning.site()
    return facts_query.load(patient_ids=[patient.pk], facility_id=here.pk, now=NOW, zone=here.zone)[patient.pk]


def decided(patient: Patient) -> How:
    last = DayOutcome.objects.filter(patient=patient, day=YESTERDAY).order_by("-version").first()
    return How(last.how)


def decide_yesterday(site: Facility) -> None:
    days.decide(facility_id=site.pk, day=YESTERDAY, by=morning.access(cast.DISPENSER), now=NOW, why=Why.CLOSE)


@db
def test_missed_day_becomes_covered_once_the_slip_is_recorded():
    patient = morning.patient(known_from=YESTERDAY)
    decide_yesterday(morning.site())
    assert decided(patient) is How.NOTHING

    documented(patient)

    assert decided(patient) is How.ELSEWHERE
    assert PatientReview.objects.filter(patient_id=patient.pk, why="elsewhere").exists()


@db
def test_window_gaps_and_decided_day_agree():
    patient = morning.patient(known_from=YESTERDAY)
    decide_yesterday(morning.site())
    documented(patient)

    missed = count_missed(known(patient).facts, DosingSettings())

    assert missed.consecutive == 0
    assert missed.last_ingested is not None
    assert missed.last_ingested.ingested_mg == 65
    assert known(patient).last_dose == (YESTERDAY, Decimal(65))
    assert gaps_of([patient.pk], today=TODAY)[patient.pk].tolerance == 0


@db
def test_gaps_count_a_documented_day_that_no_site_was_to_decide():
    patient = morning.patient()
    documented(patient)

    found = gaps_of([patient.pk], today=TODAY)[patient.pk]

    assert found.last_covered == YESTERDAY


@db
def test_seven_days_of_the_card_show_it():
    patient = morning.patient()
    documented(patient)
    yesterday = known(patient).facts.days[-1]

    assert day_words(yesterday, Decimal(65))[0] == "65"


@db
def test_without_a_slip_it_is_kept_and_counts_as_missed():
    patient = morning.patient(known_from=YESTERDAY)
    decide_yesterday(morning.site())

    [row] = documented(patient, slip_number="")

    assert (row.proven, row.counts) == (False, False)
    assert decided(patient) is How.NOTHING
    assert not Case.objects.filter(subject_kind=elsewhere.SUBJECT).exists()


@db
def test_slip_that_comes_later_names_the_record_and_the_day_counts():
    patient = morning.patient(known_from=YESTERDAY)
    decide_yesterday(morning.site())
    [row] = documented(patient, slip_number="")

    documented(patient, corrects=row.pk, now=NOW + timedelta(minutes=3))

    assert decided(patient) is How.ELSEWHERE
    assert known(patient).last_dose == (YESTERDAY, Decimal(65))


@db
def test_record_that_never_happened_uncovers_the_day_again():
    patient = morning.patient(known_from=YESTERDAY)
    decide_yesterday(morning.site())
    [row] = documented(patient)

    documented(patient, corrects=row.pk, took_place=False)

    assert decided(patient) is How.NOTHING
    assert known(patient).facts.days[-1].ingested_mg == 0


@db
def test_record_is_put_right_once():
    patient = morning.patient()
    [row] = documented(patient)
    documented(patient, corrects=row.pk, mg=Decimal(60))

    with pytest.raises(ElsewhereRefused):
        documented(patient, corrects=row.pk, mg=Decimal(55))


@db
def test_day_that_was_dosed_here_is_recorded_with_a_finding_and_a_case():
    patient = morning.patient()
    morning.drink(patient, morning.access(cast.DISPENSER))

    [row] = documented(patient, day=TODAY, now=NOW + timedelta(minutes=5))

    assert [found["code"] for found in row.findings] == [Code.ELSEWHERE_DOSED_HERE]
    case = Case.objects.get(subject_kind=elsewhere.SUBJECT, subject_id=row.pk)
    assert case.kind == "conflicting_dose"


@db
def test_second_record_of_a_day_is_kept_with_a_finding():
    patient = morning.patient()
    documented(patient)

    [row] = documented(patient, slip_number="13/2026")

    assert [found["code"] for found in row.findings] == [Code.ELSEWHERE_TWICE]


@db
def test_documented_today_nothing_more_is_poured_today():
    patient = morning.patient()
    documented(patient, day=TODAY)
    facts = known(patient).facts

    decision = authorise(
        facts=facts, bottles=(), device=None, answers=Answers(), settings=DosingSettings(), now=NOW, slot=1
    )

    assert facts.elsewhere_today_mg == 65
    assert decision.stopped
    assert Code.DRUNK_ELSEWHERE_TODAY in {each.code for each in decision.violations}


@db
def test_close_speaks_of_nobody_whose_day_another_place_documents():
    patient = morning.patient(known_from=YESTERDAY)
    documented(patient, day=TODAY)

    [one] = [each for each in to_decide(facility_id=morning.site().pk, day=TODAY) if each.patient_id == patient.pk]

    assert (one.known.dosed_mg, one.known.swallowed_mg) == (0, 65)


@db
def test_day_sheet_names_the_place_and_the_slip():
    patient = morning.patient()
    documented(patient)

    shown = signed_in(cast.DISPENSER).get(f"/dispensing/days/{YESTERDAY}/").content.decode()

    assert patient.code in shown
    assert "12/2026" in shown


@db
def test_one_slip_of_several_days_is_one_row_for_each():
    patient = morning.patient()
    command = new(patient, day=TODAY - 3 * ONE_DAY, until=YESTERDAY)
    by = morning.access(cast.DISPENSER)

    first = elsewhere.record(command=command, by=by, now=NOW)
    again = elsewhere.record(command=command, by=by, now=NOW + timedelta(seconds=9))

    assert [row.day for row in first] == [TODAY - 3 * ONE_DAY, TODAY - 2 * ONE_DAY, YESTERDAY]
    assert [row.pk for row in again] == [row.pk for row in first]
    assert DoseElsewhere.objects.filter(patient=patient).count() == 3


@db
def test_same_id_with_another_dose_is_refused():
    patient, record_id = morning.patient(), new_id()
    documented(patient, id=record_id)

    with pytest.raises(OtherContent):
        documented(patient, id=record_id, mg=Decimal(70))


@db
def test_page_keeps_what_was_typed_and_records():
    patient, client = morning.patient(), signed_in(cast.DISPENSER)
    address = f"/dispensing/patients/{patient.pk}/elsewhere/"
    shown = client.get(address).context["form"]
    typed = {
        "id": shown["id"].value(), "day": YESTERDAY.isoformat(), "mg": "65", "place_kind": "hospital",
        "place": "Bệnh viện tỉnh", "slip_number": "7", "confirmed_by": "ĐD. Hạnh",
    }  # fmt: skip

    refused = client.post(address, typed | {"mg": "1.234"})
    assert refused.status_code == 422
    assert "Bệnh viện tỉnh" in refused.content.decode()
    assert client.post(address, typed).status_code == 302
    page = client.get(f"/dispensing/patients/{patient.pk}/following/").content.decode()
    assert "được tính" in page
    assert "Bệnh viện tỉnh" in page


@db
def test_picture_of_the_slip_is_proof_kept_when_refused_and_shown_to_who_follows(tmp_path: Path):
    patient, client = morning.patient(), signed_in(cast.DISPENSER)
    address = f"/dispensing/patients/{patient.pk}/elsewhere/"
    typed = {
        "id": str(new_id()), "day": YESTERDAY.isoformat(), "mg": "65", "place_kind": "hospital", "place": "BV",
        "confirmed_by": "",
    }  # fmt: skip
    with override_settings(FILES_DIR=tmp_path):
        refused = client.post(address, typed | {"photos": [sent(photo())]})
        kept = refused.context["form"].photos_slip
        assert refused.status_code == 422
        client.post(address, typed | {"confirmed_by": "ĐD. Hạnh", "photos_kept": kept})
        row = DoseElsewhere.objects.get(patient=patient)
        picture = f"/dispensing/elsewhere/{row.pk}/photos/{row.photos[0]}/"

        assert (row.proven, row.counts) == (True, True)
        assert client.get(picture)["Content-Type"] == "image/jpeg"
        assert client.get(f"/dispensing/elsewhere/{row.pk}/photos/{'b' * 64}/").status_code == 404


@db
def test_other_site_records_nothing_and_sees_no_picture():
    patient = morning.patient()
    [row] = documented(patient, photos=("a" * 64,))
    client = signed_in(cast.OTHER_DISPENSER)

    assert client.get(f"/dispensing/patients/{patient.pk}/elsewhere/").status_code == 404
    assert client.get(f"/dispensing/elsewhere/{row.pk}/photos/{'a' * 64}/").status_code == 404
