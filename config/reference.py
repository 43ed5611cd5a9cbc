"""Reference data by Django's admin: places, supervision, days that differ from the calendar, items. Nothing else.

Who keeps the system runs it, past the second factor; each sees the places of their own provinces. Nothing is deleted
here, and every write leaves an audit row in its transaction. Whoever adds a model must say so in `register` below.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, cast

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import DateField, Field, ForeignKey, Model, Q, QuerySet, TimeField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import audit, clock
from core.access import Permission, Role, allow
from facilities.models import Area, DayKind, Facility, FacilityKind, Holiday, Province, Supervision
from inventory.models import Item

CHOICES: Final[dict[tuple[str, str], list[tuple[str, str | Promise]]]] = {
    ("facility", "kind"): [
        (FacilityKind.SATELLITE, _("cơ sở cấp phát")),
        (FacilityKind.MAIN_CLINIC, _("cơ sở điều trị")),
        (FacilityKind.STORE, _("kho tỉnh")),
    ],
    ("holiday", "kind"): [
        (DayKind.HOLIDAY, _("ngày lễ")),
        (DayKind.WORKING_DAY, _("ngày làm bù")),
        (DayKind.REST_DAY, _("ngày nghỉ hoán đổi")),
    ],
    ("item", "base_unit"): [("ul", _("microlit (thuốc lỏng)")), ("ampoule", _("ống"))],
}
REFUSALS: Final[dict[str, str | Promise]] = {
    "facilities_supervision_one_a_day": _("Cơ sở này đã có nơi phụ trách trong thời gian đó. Ghi ngày kết thúc trước."),
    "facilities_supervision_satellite_not_main_clinic": _("Một cơ sở không phụ trách chính mình."),
    "facilities_supervision_ended_on_after_starts_on": _("Ngày kết thúc không thể trước ngày bắt đầu."),
    "facilities_facility_latitude_paired": _("Ghi cả vĩ độ và kinh độ, hoặc để trống cả hai."),
    "facilities_facility_on_the_globe": _("Vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180."),
}
DEGREES: Final[dict[str, str | Promise]] = {
    "latitude": _("Vị trí trên bản đồ của người quản lý, theo độ: 21,38602. Để trống thì chỉ có trong danh sách."),
    "longitude": _("Theo độ: 103,02301."),
}
WORDS: Final[dict[type[Model], tuple[str | Promise, dict[str, str | Promise]]]] = {
    Province: (_("tỉnh"), {"name": _("Tên"), "time_zone": _("Múi giờ")}),
    Area: (
        _("khu vực"),
        {"province": _("Tỉnh"), "name": _("Tên"), "label": _("Gọi là (trung tâm y tế khu vực…)")},
    ),
    Facility: (
        _("cơ sở"),
        {
            "area": _("Khu vực"), "kind": _("Loại"), "name": _("Tên"), "zone": _("Múi giờ"),
            "opens_at": _("Mở cửa lúc"), "closes_at": _("Đóng cửa lúc"),
            "round_the_clock": _("Mở suốt ngày đêm"), "phone": _("Điện thoại"),
            "went_live_on": _("Bắt đầu dùng Trạm từ ngày"), "latitude": _("Vĩ độ"), "longitude": _("Kinh độ"),
        },
    ),
    Supervision: (
        _("cơ sở điều trị phụ trách"),
        {
            "satellite": _("Cơ sở cấp phát"), "main_clinic": _("Cơ sở điều trị"), "starts_on": _("Từ ngày"),
            "ended_on": _("Đến hết ngày"),
        },
    ),
    Holiday: (_("ngày khác với lịch"), {"day": _("Ngày"), "kind": _("Loại"), "name": _("Tên")}),
    Item: (
        _("mặt hàng"),
        {
            "code": _("Mã"), "name": _("Tên"), "base_unit": _("Đơn vị gốc"), "in_bottles": _("Đóng chai"),
            "controlled": _("Thuốc phải kiểm soát đặc biệt"),
        },
    ),
}  # fmt: skip


class ReferenceSite(admin.AdminSite):
    """The admin behind our own policy: no sign-in page of its own, no superusers, no log of its own."""

    site_header = site_title = index_title = _("Danh mục")
    site_url = "/operations/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        access = getattr(request, "access", None)
        return access is not None and not access.second_factor_missing and access.may(Permission.KEEP_REFERENCE)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        return allow(Permission.KEEP_REFERENCE)(super().admin_view(view, cacheable))

    def get_urls(self) -> list[Any]:
        kept: list[Any] = [
            path("", self.admin_view(self.index), name="index"),
            path("jsi18n/", self.admin_view(self.i18n_javascript, cacheable=True), name="jsi18n"),
        ]
        for model, keeper in self._registry.items():
            kept += [
                path(f"{model._meta.app_label}/{model._meta.model_name}/{one.pattern}", one.callback, name=one.name)
                for one in keeper.get_urls()
            ]
        return [*kept, path("<slug:app_label>/", self.admin_view(_to_index), name="app_list")]


def _to_index(request: HttpRequest, app_label: str) -> HttpResponse:
    """What hangs in which room is nothing to who keeps the system: the one list is the index."""
    return redirect("admin:index")


class _Whole(forms.ModelForm):
    """Asks every constraint of the table, those of columns that are not on the form, too, and says it in words."""

    def _post_clean(self) -> None:
        """Django leaves out a constraint that speaks of a field left empty, and names the others as the table does."""
        super()._post_clean()  # type: ignore[misc]
        try:
            self.instance.validate_constraints()
        except ValidationError as error:
            broken = ValidationError(error.error_dict.get(NON_FIELD_ERRORS, [])).messages
            said = [words for name, words in REFUSALS.items() if name in " ".join(broken)]
            if broken:
                self.errors[NON_FIELD_ERRORS] = self.error_class(
                    [str(one) for one in said or broken], error_class="nonfield"
                )


class Keeper(admin.ModelAdmin):
    """One table: list, add, change. In words of ours, and with our own trail."""

    form = _Whole
    actions = None
    list_per_page = 100
    places: Sequence[str] = ()  # the ways from a row to its province; empty: the whole installation's

    def get_urls(self) -> list[URLPattern]:
        opts = self.opts
        names = f"{opts.app_label}_{opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name=f"{names}_changelist"),
            path("add/", wrap(self.add_view), name=f"{names}_add"),
            path("<int:row_id>/change/", wrap(self._change), name=f"{names}_change"),
        ]

    def _change(self, request: HttpRequest, row_id: int) -> Any:
        return self.change_view(request, str(row_id))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    has_add_permission = has_module_permission
    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.filter(_within(self.places, request)) if self.places else rows

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        choices = CHOICES.get((self.opts.model_name or "", db_field.name))
        if choices:
            return forms.ChoiceField(label=db_field.verbose_name, choices=choices)
        if isinstance(db_field, DateField):
            day = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(label=db_field.verbose_name, widget=day, required=not db_field.null)
        if isinstance(db_field, TimeField):
            return forms.TimeField(
                label=db_field.verbose_name, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
            )
        if isinstance(db_field, ForeignKey):  # without the admin's buttons beside it, which open windows of their own
            return self.formfield_for_foreignkey(db_field, request)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.null:
            field.required = False
        return field

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any], request: HttpRequest | None, **kwargs: Any) -> Any:
        keeper = self.admin_site.get_model_admin(db_field.related_model)
        rows = keeper.get_queryset(request) if request else db_field.related_model._default_manager.all()
        if db_field.name in {"satellite", "main_clinic"}:
            rows = rows.filter(kind=db_field.name)
        return _Named(queryset=rows.order_by("name"), label=db_field.verbose_name, required=not db_field.null)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.save(update_fields=form.changed_data if change else None)  # set once: a column that nobody may write else
        audit.record(
            action="reference.changed" if change else "reference.added",
            by=request.access,  # type: ignore[attr-defined]
            now=clock.now(),
            subject_kind=self.opts.model_name or "",
            subject_id=obj.pk,
            fields=sorted(form.changed_data),
        )

    @admin.display(description=_("Loại"))
    def kind_words(self, row: Any) -> str:
        return str(dict(CHOICES[self.opts.model_name or "", "kind"]).get(row.kind, row.kind))

    @admin.display(description=_("Đơn vị gốc"))
    def unit_words(self, row: Any) -> str:
        return str(dict(CHOICES[self.opts.model_name or "", "base_unit"]).get(row.base_unit, row.base_unit))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The row by its name: our models have no text of their own."""
        if context.get("original") is not None:
            context["original"] = getattr(context["original"], "name", "") or self.opts.verbose_name
        context["subtitle"] = ""
        return super().render_change_form(request, context, *args, **kwargs)

    def message_user(
        self, request: HttpRequest, message: Any, level: Any = messages.INFO, *args: Any, **kwargs: Any
    ) -> None:
        said: Any = _("Đã ghi lại.") if level == messages.SUCCESS else message
        super().message_user(request, said, level, *args, **kwargs)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The trail is ours; the admin keeps no second one."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """As above."""


class _Named(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def _within(places: Sequence[str], request: HttpRequest) -> Q:
    """The provinces that this person keeps the system of."""
    held = request.user.held  # type: ignore[union-attr]
    mine = [one.appointment_id for one in held if one.role is Role.SYSTEM_ADMINISTRATOR]
    found = Q()
    for way in places:
        found |= Q(**{f"{way}__in": Province.objects.filter(appointment__in=mine).values("pk")})
    return found


class ProvinceKeeper(Keeper):
    list_display = ("name", "time_zone")
    places = ("pk",)


class AreaKeeper(Keeper):
    list_display = ("name", "label")
    places = ("province",)


class _Degrees(forms.DecimalField):
    """Degrees as somebody copies them from a map, with a comma or a point; shown as the language writes numbers."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        return super().to_python(str(value or "").strip().replace(",", "."))

    def prepare_value(self, value: Any) -> Any:
        return number_format(value) if isinstance(value, Decimal) else value


class FacilityKeeper(Keeper):
    list_display = ("name", "kind_words", "opens_at", "closes_at", "phone", "went_live_on", "place_words")
    search_fields = ("name",)
    ordering = ("area__name", "kind", "name")
    places = ("area__province",)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name not in {"latitude", "longitude"}:
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return _Degrees(
            label=db_field.verbose_name, required=False, max_digits=db_field.max_digits,
            decimal_places=db_field.decimal_places, help_text=cast(Any, DEGREES[db_field.name]),
        )  # fmt: skip

    @admin.display(description=_("Trên bản đồ"))
    def place_words(self, row: Facility) -> str:
        return str(_("chưa có vị trí") if row.latitude is None else _("có"))


class _OneADay(_Whole):
    """The table refuses an overlap by a constraint over a range, which Django cannot ask beforehand."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        satellite, starts_on = data.get("satellite"), data.get("starts_on")
        if satellite is not None and starts_on is not None:
            others = Supervision.objects.filter(Q(ended_on=None) | Q(ended_on__gte=starts_on), satellite=satellite)
            if others.exists():
                self.add_error("starts_on", REFUSALS["facilities_supervision_one_a_day"])  # type: ignore[arg-type]
        return data


class SupervisionKeeper(Keeper):
    """Between two dates: only its end is written later, once."""

    form = _OneADay
    list_display = ("satellite_name", "clinic_name", "starts_on", "ended_on")
    list_select_related = ("satellite", "main_clinic")
    places = ("satellite__area__province",)

    @admin.display(description=_("Cơ sở cấp phát"))
    def satellite_name(self, row: Supervision) -> str:
        return row.satellite.name

    @admin.display(description=_("Cơ sở điều trị"))
    def clinic_name(self, row: Supervision) -> str:
        return row.main_clinic.name

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        names = ["satellite_name", "clinic_name"] if obj else ["satellite", "main_clinic"]
        return [*names, "starts_on", *(["ended_on"] if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        return ["satellite_name", "clinic_name", "starts_on", *(["ended_on"] if obj.ended_on else [])]


class HolidayKeeper(Keeper):
    list_display = ("day", "kind_words", "name")
    ordering = ("-day",)


class ItemKeeper(Keeper):
    """The code is what the product knows an item by, so it is given once."""

    list_display = ("code", "name", "unit_words", "in_bottles", "controlled")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code", "base_unit", "in_bottles"] if obj else []


site = ReferenceSite(name="admin")


def register() -> None:
    """Put the tables on the site, and give them words: the models themselves are named in English."""
    keepers: dict[type[Model], type[Keeper]] = {
        Province: ProvinceKeeper, Area: AreaKeeper, Facility: FacilityKeeper, Supervision: SupervisionKeeper,
        Holiday: HolidayKeeper, Item: ItemKeeper,
    }  # fmt: skip
    for room, title in (("facilities", _("Nơi làm việc và lịch")), ("inventory", _("Kho thuốc"))):
        apps.get_app_config(room).verbose_name = cast(Any, title)
    for model, keeper in keepers.items():
        name, fields = WORDS[model]
        model._meta.verbose_name = model._meta.verbose_name_plural = cast(Any, name)
        for field_name, words in fields.items():
            field: Field[Any, Any] = model._meta.get_field(field_name)  # type: ignore[assignment]
            field.verbose_name = cast(Any, words)
        site.register(model, keeper)
