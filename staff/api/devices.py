"""How a device learns who uses it, and what it is told of itself."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Access
from core.api.door import access_of, api, api_public
from core.api.problems import Problem
from core.api.throttles import PersonThrottle, SignInThrottle
from staff.api.tokens import SCHEME, problem_of
from staff.services import devices
from staff.services.device_access import DeviceRefused, DeviceUse
from staff.services.pins import PinRefused


class SignInSerializer(serializers.Serializer[Any]):
    """The name that somebody signs in with, and their PIN."""

    username = serializers.CharField(max_length=60)
    pin = serializers.RegexField(r"^[0-9]{4,12}$", write_only=True)


class MeSerializer(serializers.Serializer[Any]):
    """Who acts, where, as what, and what time it is here: a device compares its clock with `now`."""

    person = serializers.IntegerField()
    label = serializers.CharField(help_text="initials, as every list shows them")  # type: ignore[assignment]
    roles = serializers.ListField(child=serializers.CharField())
    permissions = serializers.ListField(child=serializers.CharField())
    facility = serializers.IntegerField(allow_null=True)
    facility_name = serializers.CharField(allow_blank=True)
    zone = serializers.CharField()
    now = serializers.DateTimeField()


class StartedSerializer(MeSerializer):
    """The same, with the token to send as Tram-Person until it expires. It is told once."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


_ME = {
    "person": 12, "label": "L.T.H.", "roles": ["dispenser"], "permissions": ["give_dose", "view_roster"],
    "facility": 3, "facility_name": "Mường Pồn", "zone": "Asia/Ho_Chi_Minh", "now": "2026-11-24T06:10:00+07:00",
}  # fmt: skip
_STARTED = _ME | {"token": "tram_p_…", "expires_at": "2026-11-24T10:10:00+07:00"}


@extend_schema(
    operation_id="device_sign_in",
    tags=["device"],
    request=SignInSerializer,
    responses={201: StartedSerializer},
    examples=[
        OpenApiExample("by PIN", {"username": "lo.thi.hoa", "pin": "482915"}, request_only=True),
        OpenApiExample("signed in", _STARTED, response_only=True, status_codes=["201"]),
    ],
)
@api_public("Who signs in through a device is not known yet; the device's own token is asked for.")
@throttle_classes([PersonThrottle, SignInThrottle])
def sign_in(request: Request) -> Response:
    """Say who uses the device, by name and PIN. Answers the token to send as Tram-Person.

    Needs the device's token alone. Wrong entries lock the PIN, as anywhere.
    """
    use = request.auth
    if not isinstance(use, DeviceUse):
        raise exceptions.NotAuthenticated
    body = SignInSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    said = body.validated_data
    try:
        started = devices.sign_in(
            device_id=use.device_id, facility_id=use.facility_id, username=said["username"], pin=said["pin"],
            now=clock.now(),
        )  # fmt: skip
    except DeviceRefused as refused:
        raise problem_of(refused) from refused
    except PinRefused as refused:
        raise Problem(code="pin_locked", words=refused.sentence, status_code=401, sign_in=SCHEME) from refused
    told = _me(started.access) | {"token": started.token, "expires_at": started.session.expires_at}
    return Response(StartedSerializer(told).data, status=201)


@extend_schema(
    operation_id="device_sign_out", tags=["device"], request=None, responses={204: OpenApiResponse(description="done")}
)
@api(methods=("POST",))
def sign_out(request: Request) -> Response:
    """The person leaves the device: their token opens nothing any more. A browser session is left as it is."""
    if isinstance(request.auth, DeviceUse) and request.auth.session_id is not None:
        devices.sign_out(session_id=request.auth.session_id, by=access_of(request), now=clock.now())
    return Response(status=204)


@extend_schema(
    operation_id="me",
    tags=["device"],
    responses=MeSerializer,
    examples=[OpenApiExample("a dispenser", _ME, response_only=True)],
)
@api()
def me(request: Request) -> Response:
    """Who acts, where and as what, as the product sees it now."""
    return Response(MeSerializer(_me(access_of(request))).data)


def _me(access: Access) -> dict[str, Any]:
    return {
        "person": access.actor_id,
        "label": access.label,
        "roles": sorted(access.roles),
        "permissions": sorted(access.permissions),
        "facility": access.facility_id,
        "facility_name": access.facility_name,
        "zone": access.zone,
        "now": clock.now(),
    }
