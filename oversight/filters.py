"""What a manager looks at: some days, an area or a main clinic's sites, an item of stock. Always in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import Access
from core.clock import local_day
from facilities.models import Area, Facility, Supervision
from inventory.models import Item
from oversight.queries.days import facilities_of
from patients.queries.reach import in_force

DEFAULT_DAYS: Final = 30
MOST_DAYS: Final = 366
_DAY: Final = timedelta(days=1)
_NOT_A_DAY: Final = gettext_lazy("Ngày chưa đúng. Viết như 24/11/2026.")


@dataclass(frozen=True)
class Filter:
    """Some days (both included) of the sites of one's reach. `today` is the day on which it was asked; `area_id`,
    `clinic_id` and `item_id` narrow it; `area`, `clinic` and `item` are their names.
    """

    today: date
    first: date
    last: date
    area_id: int | None = None
    clinic_id: int | None = None
    item_id: int | None = None
    area: str = ""
    clinic: str = ""
    item: str = ""

    @classmethod
    def of(cls, today: date) -> "Filter":
        """The last thirty days up to today, everywhere."""
        return cls(today=today, first=today - (DEFAULT_DAYS - 1) * _DAY, last=today)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def usual(self) -> bool:
        """Whether nothing was asked for."""
        return not self.query

    @property
    def query(self) -> str:
        """What stands in the address behind the question mark; empty where nothing was asked for."""
        usual = Filter.of(self.today)
        said: dict[str, Any] = {}
        if (self.first, self.last) != (usual.first, usual.last):
            said |= {"from": self.first.isoformat(), "to": self.last.isoformat()}
        named = {"area": self.area_id, "clinic": self.clinic_id, "item": self.item_id}
        return urlencode(said | {name: value for name, value in named.items() if value is not None})

    def at(self, path: str, fragment: str = "") -> str:
        """The address of another page with the same filter."""
        return "".join([path, f"?{self.query}" if self.query else "", f"#{fragment}" if fragment else ""])

    @property
    def words(self) -> str:
        """What is shown, for the head of a page or a sheet of paper."""
        days = _("%(first)s đến %(last)s") % {"first": f"{self.first:%d/%m/%Y}", "last": f"{self.last:%d/%m/%Y}"}
        return " · ".join([days, *filter(None, (self.area, self.clinic, self.item))])

    def facilities(self, access: Access) -> QuerySet[Facility]:
        """The dosing facilities that this person oversees, narrowed by area and main clinic; the clinic itself is one
        of its sites. By name."""
        found = facilities_of(access)
        if self.area_id is not None:
            found = found.filter(area_id=self.area_id)
        if self.clinic_id is not None:
            supplied = Supervision.objects.filter(
                in_force(self.today), satellite_id=OuterRef("pk"), main_clinic_id=self.clinic_id
            )
            found = found.filter(Q(Exists(supplied)) | Q(pk=self.clinic_id))
        return found


class DayField(forms.DateField):
    """A day, as the browser's own field gives it or as it is written here."""

    def __init__(self, label: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        formats = ["%Y-%m-%d", "%d/%m/%Y"]
        wrong = {"invalid": _NOT_A_DAY}
        super().__init__(label=label, required=False, widget=widget, input_formats=formats, error_messages=wrong)


class FilterForm(forms.Form):
    """A plain GET form; `from` is no name for a field in Python, so fields are looked up by their names in the address.
    Only what lies in the person's reach can be chosen."""

    def __init__(self, data: Mapping[str, Any], *, access: Access, today: date) -> None:
        self.today = today
        usual = Filter.of(today)
        filled = {
            "from": usual.first.isoformat(),
            "to": usual.last.isoformat(),
            **{name: data[name] for name in ("from", "to", "area", "clinic", "item") if data.get(name)},
        }
        super().__init__(filled)
        reach = facilities_of(access)
        self.areas = dict(Area.objects.filter(facility__in=reach).distinct().order_by("name").values_list("pk", "name"))
        self.clinics = dict(
            Facility.objects.filter(Exists(Supervision.objects.filter(in_force(today), main_clinic_id=OuterRef("pk"),
                                                                      satellite__in=reach)))
            .order_by("name", "pk").values_list("pk", "name")
        )  # fmt: skip
        self.items = dict(Item.objects.order_by("-in_bottles", "name", "pk").values_list("pk", "name"))
        self.fields["from"] = DayField(gettext_lazy("Từ ngày"))
        self.fields["to"] = DayField(gettext_lazy("Đến ngày"))
        self.fields["area"] = _choice(gettext_lazy("Khu vực"), self.areas, _("Mọi khu vực"))
        self.fields["clinic"] = _choice(gettext_lazy("Cơ sở điều trị"), self.clinics, _("Mọi cơ sở điều trị"))
        self.fields["item"] = _choice(gettext_lazy("Mặt hàng"), self.items, _("Mọi mặt hàng"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("from"), said.get("to")
        if first and last:
            if first > last:
                self.add_error("to", _("Ngày cuối đứng trước ngày đầu."))
            elif (last - first).days >= MOST_DAYS:
                self.add_error("from", _("Xem nhiều nhất một năm mỗi lần."))
        if last and last > self.today:
            self.add_error("to", _("Ngày cuối chưa đến."))
        return said

    @property
    def filter(self) -> Filter:
        """What was asked for; where it cannot be understood, the last thirty days of everything."""
        usual = Filter.of(self.today)
        if not self.is_valid():
            return usual
        said = self.cleaned_data
        area, clinic, item = said["area"], said["clinic"], said["item"]
        return replace(
            usual,
            first=said["from"] or usual.first,
            last=said["to"] or usual.last,
            area_id=area,
            clinic_id=clinic,
            item_id=item,
            area=self.areas.get(area, ""),
            clinic=self.clinics.get(clinic, ""),
            item=self.items.get(item, ""),
        )


def asked(data: Mapping[str, Any], *, access: Access, now: datetime) -> FilterForm:
    """The filter of an address (`request.GET`). Three statements."""
    return FilterForm(data, access=access, today=local_day(now, access.zone))


def _choice(label: Any, choices: Mapping[int, str], every: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", every), *choices.items()],
        error_messages={"invalid_choice": gettext_lazy("Chọn một dòng trong danh sách.")},
    )
