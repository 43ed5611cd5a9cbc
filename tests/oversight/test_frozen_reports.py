"""Reports frozen, approved, put right, compared and given out; what nobody else may do or see."""

import json
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import load_workbook

from core import proofs
from core.ids import new_id
from facilities.models import Facility
from followup.models import Task
from oversight.models import Report, ReportApproval
from oversight.queries.reports import get_frozen
from oversight.reports import dhis2
from oversight.reports.compare import against_before, against_now
from oversight.reports.indicators import codes
from oversight.reports.places import NoSuchPlace
from oversight.reports.shown import Look
from oversight.rules.dhis2 import problems
from oversight.rules.report_codes import ReportKind, ReportScope
from oversight.services import report_tasks, reports
from oversight.services.reports import NewReport, ReportRefused
from patients.models import HivStatus, Placement, StatusChange
from staff.services.pins import WrongPin
from tests import cast, world
from tests.dispensing import morning
from tests.entrance import access, signed_in
from tests.oversight import reporting
from tests.oversight.hands import more_sites
from tests.oversight.reporting import LAST_QUARTER, OCTOBER, THIS_QUARTER
from tests.world_patients import ELSEWHERE, MOVED, PHONG, Someone, patient

pytestmark = pytest.mark.django_db
NOW = world.NOW
LATER = NOW + timedelta(hours=2)
ALL = Look(small=True, under=5)


def gave_up(someone: Someone = PHONG) -> None:
    """It is learned late that somebody had dropped out in the quarter."""
    StatusChange.objects.create(
        patient=patient(someone), status="dropped_out", from_day=LAST_QUARTER.last, recorded_at=LATER,
        recorded_by=world.person(cast.PHYSICIAN),
    )  # fmt: skip


def approved(report: Report, member: cast.Member = cast.PROVINCE_MANAGER) -> ReportApproval:
    return reports.approve(report_id=report.pk, own_pin=member.pin, by=access(member), now=NOW)


def broken() -> set[str]:
    return {each.proof for name in ("report.documents", "report.versions") for each in proofs.run(name)}


def test_freeze_keeps_the_figures_signed_and_a_late_fact_changes_nothing_in_them() -> None:
    report = reporting.frozen()
    approved(report)
    before = report.figures
    gave_up()

    held = Report.objects.get(pk=report.pk)
    since = against_now(
        get_frozen(report.pk, access=access(cast.AREA_MANAGER), day=world.TODAY), look=ALL,
        by=access(cast.AREA_MANAGER), now=LATER + timedelta(hours=1),
    )  # fmt: skip

    assert held.figures == before
    assert (held.version, held.signature.person, held.approval.approved_by) == (
        1, world.person(cast.AREA_MANAGER), world.person(cast.PROVINCE_MANAGER),
    )  # fmt: skip
    assert [(one.row.indicator.code, one.was, one.now) for one in since.total] == [
        ("1", "26 (22 / 4)", "25 (21 / 4)"),
        ("1.1", "26 (22 / 4)", "25 (21 / 4)"),
        ("1.2", "26 (22 / 4)", "25 (21 / 4)"),
        ("3", "25 (21 / 4)", "24 (20 / 4)"),
        ("5", "0 (0 / 0)", "1 (1 / 0)"),
    ]
    assert [(str(one.words), one.count, one.first_at) for one in since.late] == [
        ("đổi tình trạng người bệnh", 1, LATER)
    ]
    assert not since.defined_anew
    assert broken() == set()


def test_correction_is_the_next_version_that_names_the_old_one_and_says_why() -> None:
    first = reporting.frozen()
    gave_up()
    with pytest.raises(ReportRefused, match="vì sao"):
        reporting.frozen(now=LATER)

    second = reporting.frozen(now=LATER, why="ghi bù một người bỏ điều trị")

    assert (second.version, second.corrects, second.why) == (2, first, "ghi bù một người bỏ điều trị")
    one = get_frozen(second.pk, access=access(cast.AREA_MANAGER), day=world.TODAY)
    before = against_before(one, look=ALL)
    assert before is not None
    assert (before.version, before.at, len(before.total)) == (1, first.made_at, 5)
    with pytest.raises(ReportRefused, match="mới hơn"):
        approved(first)
    assert broken() == set()


def test_freeze_again_by_the_same_form_is_the_same_report_and_other_content_is_refused() -> None:
    by = access(cast.AREA_MANAGER)
    key = reporting.place(ReportScope.AREA).key
    command = NewReport(new_id(), key, LAST_QUARTER, own_pin=cast.PIN)

    first = reports.freeze(command=command, by=by, now=NOW)

    assert reports.freeze(command=command, by=by, now=LATER) == first
    with pytest.raises(ReportRefused, match="nội dung khác"):
        reports.freeze(command=NewReport(command.id, key, OCTOBER, own_pin=cast.PIN), by=by, now=NOW)


def test_freeze_is_refused_while_the_period_runs_and_by_a_wrong_pin() -> None:
    by = access(cast.AREA_MANAGER)
    key = reporting.place(ReportScope.AREA).key

    with pytest.raises(ReportRefused, match="chưa kết thúc"):
        reports.freeze(command=NewReport(new_id(), key, THIS_QUARTER, own_pin=cast.PIN), by=by, now=NOW)
    with pytest.raises(WrongPin):
        reports.freeze(command=NewReport(new_id(), key, LAST_QUARTER, own_pin="000111"), by=by, now=NOW)
    assert not Report.objects.exists()


def test_soft_check_that_does_not_hold_wants_an_explanation() -> None:
    by, site = world.person(cast.PHYSICIAN), world.facility(cast.SITE)
    whom = morning.patient(placed_from=date(2026, 10, 1), prescribed=False)
    StatusChange.objects.create(
        patient=whom, status="in_treatment", from_day=cast.SINCE, recorded_at=NOW, recorded_by=by
    )
    for kind, first, last, place in (
        ("home", cast.SINCE, date(2026, 8, 31), ""), ("hospital", date(2026, 9, 1), date(2026, 9, 30), "BV huyện"),
    ):  # fmt: skip
        Placement.objects.create(
            patient=whom, facility=site, kind=kind, starts_on=first, ended_on=last, ended_by=by, place=place,
            planned_end=last if place else None, recorded_at=NOW, recorded_by=by,
        )  # fmt: skip

    with pytest.raises(ReportRefused, match="Giải thích") as refused:
        reporting.frozen()
    assert refused.value.field == "explained"

    assert reporting.frozen(explained="1 người nằm viện").figures["explained"] == "1 người nằm viện"


def test_nobody_approves_their_own_nor_beyond_their_reach() -> None:
    report = reporting.frozen()

    with pytest.raises(ReportRefused, match="không tự duyệt"):
        approved(report, cast.AREA_MANAGER)
    with pytest.raises(Report.DoesNotExist):
        approved(report, cast.CLINIC_HEAD)  # an area is not the clinic's to answer for
    with pytest.raises(Report.DoesNotExist):
        approved(report, cast.CLINIC_PHYSICIAN)
    first = approved(report)
    assert approved(report) == first
    assert ReportApproval.objects.count() == 1


def test_an_area_manager_signs_no_province_and_nobody_a_place_that_they_do_not_reach() -> None:
    province = f"province-{world.facility(cast.SITE).area.province_id}"

    for member, key in ((cast.AREA_MANAGER, province), (cast.CLINIC_HEAD, "area-99999")):
        with pytest.raises(NoSuchPlace):
            reports.freeze(
                command=NewReport(new_id(), key, LAST_QUARTER, own_pin=cast.PIN), by=access(member), now=NOW
            )  # fmt: skip
    more_sites(1)
    Facility.objects.filter(name__startswith="Bản").update(area=Facility.objects.last().area)
    assert signed_in(cast.DISPENSER).get("/oversight/reports/").status_code == 403
    assert signed_in(cast.AUDITOR).get("/oversight/reports/sign/").status_code == 403
    assert signed_in(cast.CLINIC_HEAD).get(f"/oversight/reports/show/?place={province}x").status_code == 404


def test_small_number_of_hiv_is_only_for_who_signs_or_treats() -> None:
    for someone in (PHONG, MOVED, ELSEWHERE):
        HivStatus.objects.create(patient=patient(someone), positive=True, recorded_on=LAST_QUARTER.last)
    report = reporting.frozen()

    def row(client: Client, path: str) -> str:
        page = client.get(path).content.decode()
        return page.split("HIV (+)")[1].split("</tr>")[0]

    for path in (f"/oversight/reports/{report.pk}/", "/oversight/reports/show/"):
        assert "&lt; 5" in row(signed_in(cast.AUDITOR), path)
        assert ">3<" not in row(signed_in(cast.AUDITOR), path)
        assert ">3<" in row(signed_in(cast.AREA_MANAGER), path)
    site = f"/oversight/reports/show/?place=facility-{world.facility(cast.SITE).pk}"
    assert "&lt; 5" in row(signed_in(cast.AREA_MANAGER), site)  # of one site a manager sees no small number
    assert ">1<" in row(signed_in(cast.CLINIC_PHYSICIAN), site)
    book = load_workbook(BytesIO(signed_in(cast.AUDITOR).get(f"/oversight/reports/{report.pk}/file/?as=xlsx").content))
    assert ["1.3", "HIV (+)", "< 5", "–", "–"] in [list(values) for values in book.worksheets[0].values]


def test_file_is_the_signed_form_and_a_name_that_begins_with_equals_stays_a_word() -> None:
    Facility.objects.filter(name=cast.OTHER_SITE).update(name="=1+1")
    report = reporting.frozen(why="", explained="")
    client = signed_in(cast.AREA_MANAGER)

    pdf = client.get(f"/oversight/reports/{report.pk}/file/?as=pdf")
    book = load_workbook(BytesIO(client.get(f"/oversight/reports/{report.pk}/file/?as=xlsx").content))

    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    named = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in named] == ["s"]
    rows = [list(values) for values in book.worksheets[0].values]
    assert ["1", "Số bệnh nhân hiện đang điều trị Methadone tại thời điểm báo cáo", 26, 22, 4] in rows


def uid(number: int) -> str:
    return f"a{number:010d}"


def test_dhis2_file_has_the_shape_that_it_takes_and_what_is_unmapped_is_listed(settings, tmp_path: Path) -> None:
    report = reporting.frozen()
    client = signed_in(cast.AREA_MANAGER)
    missing = client.get("/oversight/reports/dhis2/").content.decode()
    assert f"area-{report.area_id}" in missing
    assert client.get(f"/oversight/reports/{report.pk}/file/?as=dhis2").status_code == 302

    file = tmp_path / "mapping.json"
    settings.DHIS2_MAPPING = str(file)
    content = {
        "dataSets": {"quarter": uid(1)},
        "categoryOptionCombos": {"total": uid(2), "male": uid(3), "female": uid(4)},
        "dataElements": {code: uid(10 + place) for place, code in enumerate(codes(ReportKind.QUARTER))},
        "orgUnits": {f"area-{report.area_id}": uid(9)},
    }
    file.write_text(json.dumps(content), encoding="utf-8")
    answer = client.get(f"/oversight/reports/{report.pk}/file/?as=dhis2")
    payload = json.loads(answer.content)

    assert "attachment" in answer["Content-Disposition"]
    assert problems(payload) == ()
    assert (payload["period"], payload["orgUnit"], payload["completeDate"]) == ("2026Q3", uid(9), "2026-11-24")
    assert len(payload["dataValues"]) == 8 * 3
    assert {"dataElement": uid(10), "categoryOptionCombo": uid(2), "value": "26"} in payload["dataValues"]
    assert signed_in(cast.AUDITOR).get(f"/oversight/reports/{report.pk}/file/?as=dhis2").status_code == 404
    file.write_text("{", encoding="utf-8")
    assert dhis2.mapping()[1] == ("mapping.json",)


def test_missing_reports_are_asked_for_once_and_the_signature_ends_it() -> None:
    assert report_tasks.ask(now=NOW) == report_tasks.ask(now=NOW) == 3  # the clinic, the area, the province
    asked = Task.objects.filter(kind=report_tasks.TASK)
    assert {(task.owner, f"{task.due_at:%d/%m}") for task in asked} == {
        (world.person(cast.CLINIC_HEAD), "16/09"),
        (world.person(cast.AREA_MANAGER), "18/09"),
        (world.person(cast.PROVINCE_MANAGER), "20/09"),
    }

    reporting.frozen()

    assert asked.filter(done_at__isnull=False).get().outcome == report_tasks.HANDED_IN
    assert report_tasks.ask(now=LATER) == 2


def test_list_costs_the_same_for_any_number_of_sites_and_reports(django_assert_max_num_queries) -> None:
    reporting.frozen()
    for scope, name in ((ReportScope.FACILITY, cast.SITE), (ReportScope.FACILITY, cast.OTHER_SITE)):
        reporting.frozen(scope, OCTOBER, name=name)
    more_sites(40)
    client = signed_in(cast.PROVINCE_MANAGER)
    client.get("/oversight/reports/")

    with django_assert_max_num_queries(25):
        page = client.get("/oversight/reports/").content.decode()

    assert page.count("Tháng 10 năm 2026 · Mường Pồn") == 1
