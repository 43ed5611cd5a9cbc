"""What the board says beside its roster: one line shows the worst, the rest is folded away until somebody asks.

Ten statements at most, whatever the number of patients.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Access, Permission
from core.clock import local_day
from core.templatetags.tram import day_short, time, weekday_short
from dispensing.models import Sheet
from dispensing.queries import renewals
from dispensing.queries.incidents import Watched, watched_here
from dispensing.queries.morning_notes import orders_ending
from dispensing.queries.named_orders import unsigned_by_site
from dispensing.queries.questions import Strip, on_strip
from dispensing.queries.referral_strip import Changing, ReferralStrip, referral_strip
from dispensing.queries.renewals import Renewals
from dispensing.queries.site_days import DayLine
from dispensing.queries.strip_figures import StripFigures, strip_figures
from dispensing.rules.renewals import Renewal, RenewalKind
from dispensing.rules.settings import DosingSettings
from facilities.services import settings as rule_settings
from followup.queries.cases import count_open
from inventory.models import NaloxoneCheck
from inventory.queries.naloxone import usable_naloxone

# The longest order and the longest break: an order that ends so far ahead may be due already, before Tet.
FAR_AHEAD: Final = renewals.LOOK_AHEAD.days - renewals.LOOK_BACK.days


@dataclass(frozen=True)
class Matter:
    """One thing that waits for somebody at this site, in a few words. `path` is empty for who may not follow it.

    `until_ms`: what the page counts down to.
    """

    kind: str
    words: str
    path: str = ""
    until_ms: int | None = None


def matters(*, day: DayLine, by: Access, now: datetime) -> tuple[Matter, ...]:
    """The worst first: who is watched, what may kill, what is owed, what comes up."""
    facility_id = by.facility_id or 0
    today = local_day(now, by.zone)
    watched = watched_here(facility_id=facility_id, now=now)
    figures = strip_figures(facility_id=facility_id, today=today, now=now, zone=by.zone)
    return (
        *(_watched(one) for one in sorted(watched, key=lambda one: not (one.over or one.check_due))),
        *_naloxone(facility_id, today, now, by),
        *_cut_off(figures),
        *_followed(figures, by),
        *_questions(on_strip(facility_id, now=now), by),
        *_referrals(referral_strip(facility_id=facility_id, today=today, now=now), by),
        *_days(day, by),
        *_unsigned(facility_id, now, by),
        *_renewals(facility_id, today, now, by),
        *_watch_list(figures, by),
        *_drawn(figures, by),
        *_cases(facility_id, by),
    )


def _watched(one: Watched) -> Matter:
    who = f"{one.code} · {one.initials}"
    path, until = f"/dispensing/observations/{one.id}/", time(one.until)
    if one.over:
        return Matter("look", _("%(who)s: hết giờ theo dõi, xem và kết thúc") % {"who": who}, path)
    if one.check_due:
        return Matter("look", _("%(who)s: đến lúc xem lại") % {"who": who}, path, one.until_ms)
    return Matter("info", _("%(who)s: theo dõi đến %(at)s") % {"who": who, "at": until}, path, one.until_ms)


def _naloxone(facility_id: int, today: date, now: datetime, by: Access) -> Iterator[Matter]:
    """By what was counted this morning and has come and gone since, else by the book; never waived (domain 5)."""
    stands = usable_naloxone([facility_id], now).get(facility_id)
    if stands is None:
        return
    check = NaloxoneCheck.objects.filter(facility_id=facility_id).order_by("-checked_at", "-pk").first()
    usable = stands.need.usable
    if check is not None and local_day(check.checked_at, by.zone) == today:
        usable = max(0, check.usable + stands.need.usable + stands.need.expired - check.book)
    path = "/inventory/shelf/" if by.may(Permission.VIEW_STOCK) else ""
    asked = stands.request if stands.request is not None and stands.request.sent_at is None else None
    if not usable:
        words = _("Không còn ống naloxone nào dùng được")
        if asked is not None:
            words += _asked(stands.waited_days)
        yield Matter("stop", words, path)
    elif usable <= stands.need.minimum:
        figures = {"n": usable, "least": stands.need.minimum}
        yield Matter("look", _("Naloxone còn %(n)d ống, tối thiểu %(least)d") % figures, path)


def _asked(days: int) -> str:
    """Since when the site waits for ampoules, behind what is wrong."""
    if not days:
        return _("; xin bổ sung hôm nay, chưa có")
    words = ngettext("; xin bổ sung %(days)d ngày trước, chưa có", "; xin bổ sung %(days)d ngày trước, chưa có", days)
    return words % {"days": days}


def _cut_off(figures: StripFigures) -> Iterator[Matter]:
    """The road is closed: who stays away today did not choose to."""
    if figures.cut_off_until is not None:
        said = {"cause": figures.cut_off_cause, "day": day_short(figures.cut_off_until)}
        yield Matter("look", _("Đường bị cắt đến %(day)s: %(cause)s") % said, "/dispensing/road/")


def _followed(figures: StripFigures, by: Access) -> Iterator[Matter]:
    """Who is to be reached, examined, told: one line for all of them."""
    path = "/dispensing/work/" if by.may(Permission.FOLLOW_PATIENT) else ""
    if figures.waiting:
        count = figures.waiting
        words = ngettext(
            "%(count)d người bệnh cần theo dõi", "%(count)d người bệnh cần theo dõi", count
        ) % {"count": count}  # fmt: skip
        if figures.overdue:
            words += _(", %(count)d quá hạn") % {"count": figures.overdue}
        yield Matter("look" if figures.overdue else "info", words, path)
    if figures.announced:
        count = figures.announced
        words = ngettext("%(count)d người báo vắng hôm nay", "%(count)d người báo vắng hôm nay", count)
        yield Matter("info", words % {"count": count}, path)


def _watch_list(figures: StripFigures, by: Access) -> Iterator[Matter]:
    """Who was started or raised lately, with the physician's number: it ends by the calendar, nobody clicks it away."""
    if not figures.watched_count:
        return
    named = ", ".join(figures.watched)
    if figures.watched_count > len(figures.watched):
        named = f"{named}…"
    words = _("Theo dõi sát sau khởi liều, tăng liều: %(who)s") % {"who": named}
    if figures.physician_phone:
        called = {"name": figures.physician, "phone": figures.physician_phone}
        words += _(" · gọi %(name)s %(phone)s") % called
    yield Matter("info", words, "/dispensing/watched/" if by.may(Permission.FOLLOW_PATIENT) else "")


def _referrals(strip: ReferralStrip, by: Access) -> Iterator[Matter]:
    """Referrals that wait for this facility; who changes place here on the coming days, both ways."""
    path = "/dispensing/referrals/" if by.may(Permission.REFER_PATIENT) else ""
    if strip.waiting:
        count = strip.waiting
        words = ngettext(
            "%(count)d phiếu chuyển chờ ở đây", "%(count)d phiếu chuyển chờ ở đây", count
        ) % {"count": count}  # fmt: skip
        if strip.overdue:
            words += _(", %(count)d quá hạn") % {"count": strip.overdue}
        yield Matter("look", words, path)
    if strip.comes:
        yield Matter("info", _("Sắp đến uống ở đây: %(who)s") % {"who": _changing(strip.comes)}, path)
    if strip.goes:
        yield Matter("info", _("Sắp chuyển đi: %(who)s") % {"who": _changing(strip.goes)}, path)


def _questions(strip: Strip, by: Access) -> Iterator[Matter]:
    """What the main clinic has answered, asked back or still owes; what this facility is asked itself. One line."""
    said = []
    if strip.owed:
        count = strip.owed
        said.append(
            ngettext("%(count)d câu hỏi của trạm chờ trả lời", "%(count)d câu hỏi của trạm chờ trả lời", count)
            % {"count": count}
        )
        if strip.overdue:
            said.append(_("%(count)d quá hạn") % {"count": strip.overdue})
    if strip.came:
        count = strip.came
        said.append(
            ngettext("%(count)d câu trả lời của cơ sở điều trị", "%(count)d câu trả lời của cơ sở điều trị", count)
            % {"count": count}
        )
    if strip.asked_back:
        said.append(_("cơ sở điều trị hỏi lại %(count)d câu") % {"count": strip.asked_back})
    if strip.waiting:
        words = _("chờ cơ sở điều trị trả lời %(count)d câu") % {"count": strip.waiting}
        said.append(words + (_(" (%(count)d quá giờ, gọi điện)") % {"count": strip.late} if strip.late else ""))
    if said:
        words = ", ".join(said)
        pressing = strip.owed or strip.came or strip.asked_back or strip.late
        path = "/dispensing/questions/" if by.may(Permission.ASK_CLINIC) else ""
        yield Matter("look" if pressing else "info", words[:1].upper() + words[1:], path)


def _changing(found: Sequence[Changing]) -> str:
    """Codes with the day and the other place, the first few."""
    said = [f"{one.code} {weekday_short(one.day)} {day_short(one.day)} ({one.place})" for one in found[:3]]
    return ", ".join(said) + (" …" if len(found) > len(said) else "")


def _days(day: DayLine, by: Access) -> Iterator[Matter]:
    """Earlier days that nobody has closed; where a sheet was printed for one, what is on paper may still be owed."""
    if not day.unclosed:
        return
    count = len(day.unclosed)
    words = ngettext("%(count)d ngày trước chưa đóng", "%(count)d ngày trước chưa đóng", count) % {"count": count}
    yield Matter("look", words, "/dispensing/days/")
    sheets = Sheet.objects.filter(
        facility_id=by.facility_id or 0, for_day__in=day.unclosed, void_at__isnull=True, entries__isnull=True
    )
    for sheet in sheets.order_by("for_day", "pk"):
        figures = {"number": sheet.number, "day": day_short(sheet.for_day)}
        path = f"/dispensing/later/?sheet={sheet.pk}" if by.may(Permission.GIVE_DOSE) else ""
        yield Matter("look", _("Phiếu giấy số %(number)d ngày %(day)s: nhập nếu đã dùng") % figures, path)


def _unsigned(facility_id: int, now: datetime, by: Access) -> Iterator[Matter]:
    found = unsigned_by_site([facility_id]).get(facility_id)
    if found is None:
        return
    days = found.oldest_days(now, by.zone)
    count = found.count
    words = ngettext("%(count)d y lệnh bác sĩ chưa ký", "%(count)d y lệnh bác sĩ chưa ký", count) % {"count": count}
    if days:
        words += ngettext(", lâu nhất %(days)d ngày", ", lâu nhất %(days)d ngày", days) % {"days": days}
    yield Matter("look" if days else "info", words, _orders(by))


def _renewals(facility_id: int, today: date, now: datetime, by: Access) -> Iterator[Matter]:
    rules = {facility_id: rule_settings.for_facility(DosingSettings, facility_id=facility_id, at=now)}
    ending = orders_ending(facility_id=facility_id, today=today, days=FAR_AHEAD)
    if not ending:
        return
    around = renewals.load(rules, today=today)
    due = [found for one in ending if (found := around.due(one.last_day, facility_id=facility_id))]
    if due:
        pressing = any(around.pressing(found) for found in due)
        yield Matter("look" if pressing else "info", _renewal_words(due, around), _orders(by))


def _renewal_words(due: Sequence[Renewal], around: Renewals) -> str:
    """How many orders, by when the first is to be signed, and which ends are easily overlooked."""
    count, first = len(due), min(found.due_on for found in due)
    words = ngettext("%(count)d đơn sắp hết", "%(count)d đơn sắp hết", count) % {"count": count}
    said = [words]
    if first >= around.today:
        said.append(_("ký trước hết %(day)s") % {"day": day_short(first)})
    kinds = {found.kind for found in due}
    if RenewalKind.BEFORE_BREAK in kinds:
        said.append(_("có đơn hết trong kỳ nghỉ"))
    elif RenewalKind.NO_PHYSICIAN in kinds:
        said.append(_("có đơn hết ngày không có bác sĩ"))
    return ", ".join(said)


def _orders(by: Access) -> str:
    return "/dispensing/prescriptions/" if by.may(Permission.VIEW_PRESCRIPTIONS) else ""


def _drawn(figures: StripFigures, by: Access) -> Iterator[Matter]:
    """Who was drawn for a urine test today: said this morning, and to nobody before."""
    count = figures.drawn if by.may(Permission.RECORD_TEST) else 0
    if count:
        words = ngettext(
            "Rút thăm xét nghiệm nước tiểu: %(count)d người", "Rút thăm xét nghiệm nước tiểu: %(count)d người", count
        )
        yield Matter("info", words % {"count": count}, "/dispensing/due/")


def _cases(facility_id: int, by: Access) -> Iterator[Matter]:
    count = count_open(facility_id=facility_id)
    if count:
        words = ngettext("%(count)d việc cần xử lý", "%(count)d việc cần xử lý", count) % {"count": count}
        yield Matter("info", words, "/cases/" if by.may(Permission.VIEW_CASES) else "")
