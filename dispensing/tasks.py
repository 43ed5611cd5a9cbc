"""Jobs of dosing. Each may run twice or late without harm."""

from django.utils.translation import gettext_lazy as _

from core.access import SYSTEM
from core.jobs import job
from core.services.runs import Run
from dispensing.services import caseloads, demand, looks, referrals, reviews, sweep, tomorrow, unclosed, work_evidence
from staff.services import proposals


@job("dispensing.tasks.push_caseloads", words=_("Đếm số người bệnh mỗi nơi"), nightly=True)
def push_caseloads(run: Run) -> int:
    """Count the patients of every facility for the rooms below, before the nightly look at the emergency shelves."""
    return caseloads.push(now=run.now)


@job("dispensing.tasks.push_demand", words=_("Tính lượng thuốc mỗi trạm sẽ dùng"), nightly=True)
def push_demand(run: Run) -> int:
    """Tell the room of stock what each site will use, before requests are proposed from it."""
    return demand.push(now=run.now)


@job("dispensing.tasks.sweep_days", words=_("Xét ngày uống thuốc của từng nơi"), told_to_all=True)
def sweep_days(run: Run) -> int:
    """Decide every day that is over, wherever it was not decided since; each facility and day is a part of its own."""
    pending = sweep.pending(now=run.now)
    for one in pending:
        with run.part(facility_id=one.facility_id, day=one.day) as part:
            part.result["changed"] = sweep.sweep(facility_id=one.facility_id, day=one.day, now=run.now)
    run.result["unclosed"] = unclosed.tell(now=run.now)
    return len(pending)


@job("dispensing.tasks.review_patients", words=_("Xem lại người bệnh có điều mới"))
def review_patients(run: Run) -> int:
    """Look at everybody about whom something was recorded or decided."""
    return looks.run(now=run.now)


@job("dispensing.tasks.review_everybody", words=_("Xếp mọi người bệnh để xem lại trong đêm"), nightly=True)
def review_everybody(run: Run) -> int:
    """Have everybody in treatment looked at: what became due by the calendar alone."""
    return reviews.due_for_everybody(now=run.now)


@job("dispensing.tasks.step_referrals", words=_("Xét các phiếu chuyển người bệnh"))
def step_referrals(run: Run) -> int:
    """Send the drafts that nobody confirmed in time; see who has arrived, and who has not."""
    return referrals.step_by_itself(now=run.now)


@job("dispensing.tasks.warn_of_tomorrow", words=_("Tìm người bệnh ngày mai chưa có nơi uống hoặc đơn"))
def warn_of_tomorrow(run: Run) -> int:
    """Ask sites and clinics, in the afternoon, about who may get no dose tomorrow."""
    return tomorrow.warn(by=SYSTEM, now=run.now)


@job("dispensing.tasks.push_work", words=_("Đề nghị giờ làm từ việc đã ghi"), nightly=True)
def push_work(run: Run) -> dict[str, int]:
    """Tell the room of staff when each person was first and last seen at work, and have hours proposed of it."""
    seen = work_evidence.push(run.now)
    return {"seen": seen, "proposed": proposals.propose(now=run.now)}
