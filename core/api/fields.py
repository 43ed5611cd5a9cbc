"""Fields that the serializers of every room share: ids made by the client, amounts, instants, and pages of a list."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

PAGE: Final = 50
_FIRST_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LAST_DAY: Final = datetime(2100, 1, 1, tzinfo=UTC)
PAGE_PARAMETER: Final = OpenApiParameter(
    "page", {"type": "integer", "minimum": 1, "maximum": 9999, "default": 1}, description="from 1"
)


class ClientId(serializers.UUIDField):
    """The id of what is written, a UUIDv7 that the client makes once and sends with every repeat."""

    default_error_messages = {"not_v7": _("Số phải là UUID phiên bản 7, do máy gửi tạo ra.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": "a UUIDv7 made by the client; the same in every repeat"} | kwargs)

    def to_internal_value(self, data: Any) -> UUID:
        found: UUID = super().to_internal_value(data)
        if found.version != 7:
            self.fail("not_v7")
        return found


class Mg(serializers.DecimalField):
    """Milligrams as an exact decimal in text, with a dot: "62.5"."""

    def __init__(self, **kwargs: Any) -> None:
        bounds: dict[str, Any] = {} if kwargs.get("read_only") else {"min_value": Decimal("0.01")}
        super().__init__(**{"max_digits": 7, "decimal_places": 2} | bounds | kwargs)

    def to_representation(self, value: Any) -> str:
        return f"{Decimal(value).normalize():f}"


class Moment(serializers.DateTimeField):
    """An instant with its offset from UTC: "2026-11-24T06:12:30+07:00"."""

    default_error_messages = {"no_offset": _("Ghi cả múi giờ, ví dụ +07:00."), "far": _("Giờ này không thể đúng.")}

    def to_internal_value(self, value: Any) -> datetime:
        try:
            found: datetime = super().to_internal_value(value)
            plain = datetime.fromisoformat(str(value).strip())
        except (ValueError, OverflowError) as error:
            raise serializers.ValidationError(self.error_messages["far"], code="far") from error
        if plain.tzinfo is None:
            self.fail("no_offset")
        if not _FIRST_DAY <= found < _LAST_DAY:
            self.fail("far")
        return found


class Figures(serializers.Serializer[Any]):
    """A rule that spoke: its machine code, how grave it is, words for people, and the figures that it is about."""

    code = serializers.CharField()
    level = serializers.CharField(required=False)
    words = serializers.CharField()
    what_to_do = serializers.CharField(required=False, allow_blank=True)
    data = serializers.DictField(child=serializers.CharField(), required=False)  # type: ignore[assignment]


class Query(serializers.Serializer[Any]):
    """What a list is asked with."""

    page = serializers.IntegerField(min_value=1, max_value=9999, default=1)


def page_asked(request: Request) -> int:
    """The page of a list, from 1; raises ValidationError."""
    query = Query(data=request.query_params)
    query.is_valid(raise_exception=True)
    number: int = query.validated_data["page"]
    return number


def a_page(rows: Any, page: int, *, size: int = PAGE) -> dict[str, Any]:
    """One page of a sequence or query, and whether there is another. Asks for one row more than it shows."""
    found = list(rows[(page - 1) * size : page * size + 1])
    return {"results": found[:size], "page": page, "more": len(found) > size}


def paged(name: str, row: type[serializers.Serializer[Any]], **more: serializers.Field[Any, Any, Any, Any]) -> Any:
    """The serializer of a list's page: `results`, `page`, `more`, and what stands beside the rows."""
    fields = {
        "__doc__": f"A page of a list. {row.__doc__ or ''}".strip(),
        "results": row(many=True),
        "page": serializers.IntegerField(),
        "more": serializers.BooleanField(),
        **more,
    }
    return type(name, (serializers.Serializer,), fields)
