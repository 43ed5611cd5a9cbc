"""The places that somebody can be appointed to."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from facilities.models import Area, Facility, FacilityKind, Province


def place_choices(*, reach: Collection[int]) -> list[tuple[str, str]]:
    """Facilities within the reach, then their areas and provinces, as a form's choices: ("facility:3", its name)."""
    found = Facility.objects.filter(pk__in=reach).select_related("area__province").order_by("name", "id")
    kinds = {
        FacilityKind.SATELLITE: _("cơ sở cấp phát thuốc"),
        FacilityKind.MAIN_CLINIC: _("cơ sở điều trị"),
        FacilityKind.STORE: _("kho"),
    }
    facilities = [(f"facility:{each.pk}", f"{each.name} ({kinds[FacilityKind(each.kind)]})") for each in found]
    areas = {f"area:{each.area_id}": f"{each.area.name} ({_('khu vực')})" for each in found}
    provinces = {f"province:{each.area.province_id}": f"{each.area.province.name} ({_('tỉnh')})" for each in found}
    return [*facilities, *areas.items(), *provinces.items()]


def touching(reach: Collection[int]) -> Q:
    """Appointments to these facilities, and over the areas and provinces that they lie in."""
    return (
        Q(facility_id__in=reach)
        | Q(area_id__in=Area.objects.filter(facility__id__in=reach).values("pk"))
        | Q(province_id__in=Province.objects.filter(area__facility__id__in=reach).values("pk"))
    )
