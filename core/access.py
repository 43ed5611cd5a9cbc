"""Who may do what: the permissions, the roles' names and first pages, and the decorator that every view carries.

`request.access` is supplied by staff's middleware. A view without a stated policy fails the URL test.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode


class Permission(StrEnum):
    VIEW_ROSTER = "view_roster"
    GIVE_DOSE = "give_dose"
    RECORD_OUTCOME = "record_outcome"
    VOID_DOSE = "void_dose"
    VIEW_PATIENT = "view_patient"
    REGISTER_PATIENT = "register_patient"
    VIEW_PRESCRIPTIONS = "view_prescriptions"
    PRESCRIBE = "prescribe"
    RECORD_ALERT = "record_alert"
    VIEW_MEDICINE_NAME = "view_medicine_name"
    KEEP_HIV_STATUS = "keep_hiv_status"
    FOLLOW_PATIENT = "follow_patient"
    RECORD_TEST = "record_test"
    RECORD_COUNSELLING = "record_counselling"
    RECORD_OVERDOSE = "record_overdose"
    RECORD_ELSEWHERE = "record_elsewhere"
    RECORD_CONTACT = "record_contact"
    CONFIRM_DROP_OUT = "confirm_drop_out"
    CLOSE_ROAD = "close_road"
    REFER_PATIENT = "refer_patient"
    ANSWER_REFERRAL = "answer_referral"
    SIGN_TRANSFER = "sign_transfer"
    ACCEPT_PATIENT = "accept_patient"
    ASK_CLINIC = "ask_clinic"
    ANSWER_QUESTION = "answer_question"
    PLACE_HOLD = "place_hold"
    LIFT_HOLD = "lift_hold"
    VIEW_STOCK = "view_stock"
    VIEW_BOOK = "view_book"
    HANDLE_STOCK = "handle_stock"
    RECEIVE_DELIVERY = "receive_delivery"
    DISPATCH = "dispatch"
    CARRY = "carry"
    RECALL_LOT = "recall_lot"
    INSPECT = "inspect"
    PREPARE_REQUEST = "prepare_request"
    ENDORSE_REQUEST = "endorse_request"
    APPROVE_REQUEST = "approve_request"
    ANSWER_TRANSPORT = "answer_transport"
    VIEW_CASES = "view_cases"
    CONCLUDE_CASE = "conclude_case"
    SIGN_SECOND = "sign_second"
    REVIEW_UNWITNESSED = "review_unwitnessed"
    KEEP_SITE_CARD = "keep_site_card"
    RECORD_HOURS = "record_hours"
    APPROVE_HOURS = "approve_hours"
    PAY_HOURS = "pay_hours"
    VIEW_ROTA = "view_rota"
    PLAN_ROTA = "plan_rota"
    KEEP_CERTIFICATES = "keep_certificates"
    VIEW_OVERSIGHT = "view_oversight"
    VIEW_REPORTS = "view_reports"
    SIGN_REPORTS = "sign_reports"
    APPROVE_REPORTS = "approve_reports"
    VIEW_HIV_FIGURES = "view_hiv_figures"
    SET_RULES = "set_rules"
    MANAGE_STAFF = "manage_staff"
    VIEW_OPERATIONS = "view_operations"
    KEEP_REFERENCE = "keep_reference"
    KEEP_DEVICES = "keep_devices"
    READ_AUDIT = "read_audit"
    END_RECORDS = "end_records"


class Role(StrEnum):
    DISPENSER = "dispenser"
    PHARMACIST = "pharmacist"
    COUNSELLOR = "counsellor"
    PHYSICIAN = "physician"
    ASSISTANT_PHYSICIAN = "assistant_physician"
    SITE_HEAD = "site_head"
    WITNESS = "witness"
    CARRIER = "carrier"
    STORE_KEEPER = "store_keeper"
    CLINIC_PHYSICIAN = "clinic_physician"
    CLINIC_HEAD = "clinic_head"
    PAYROLL = "payroll"
    AREA_MANAGER = "area_manager"
    PROVINCE_MANAGER = "province_manager"
    AUDITOR = "auditor"
    SYSTEM_ADMINISTRATOR = "system_administrator"


# Plain paths, because this lowest room may not name pages of the rooms above. Order: the first held role decides.
FIRST_PAGE: Final[dict[Role, str]] = {
    Role.DISPENSER: "/dispensing/",
    Role.PHARMACIST: "/dispensing/",
    Role.SITE_HEAD: "/dispensing/",
    Role.PHYSICIAN: "/dispensing/prescriptions/",
    Role.CLINIC_PHYSICIAN: "/dispensing/prescriptions/",
    Role.ASSISTANT_PHYSICIAN: "/dispensing/prescriptions/",
    Role.STORE_KEEPER: "/inventory/",
    Role.CLINIC_HEAD: "/cases/",
    Role.COUNSELLOR: "/patients/",
    Role.AREA_MANAGER: "/oversight/",
    Role.PROVINCE_MANAGER: "/oversight/",
    Role.AUDITOR: "/oversight/",
    Role.SYSTEM_ADMINISTRATOR: "/operations/",
    Role.CARRIER: "/inventory/carry/",
    Role.PAYROLL: "/staff/hours/payroll/",
    Role.WITNESS: "/staff/witness/",
}


@dataclass(frozen=True)
class Access:
    """What one person may do in this request: the roles held today where they act, and what that reaches."""

    person_id: int | None = None
    label: str = ""
    roles: frozenset[Role] = frozenset()
    permissions: frozenset[Permission] = frozenset()
    facility_id: int | None = None
    facility_name: str = ""
    zone: str = "Asia/Ho_Chi_Minh"
    reach: frozenset[int] = field(default=frozenset())
    reach_by_permission: Mapping[Permission, frozenset[int]] = field(default_factory=dict, hash=False)
    acting_expired: bool = False
    second_factor_missing: bool = False
    device_id: UUID | None = None  # the enrolled device that the person acts through, kept beside each act

    @property
    def signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def actor_id(self) -> int:
        """The person's id, for what is done in somebody's name; raises ValueError where nobody is signed in."""
        if self.person_id is None:
            raise ValueError("Nobody is signed in.")
        return self.person_id

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def reaches(self, facility_id: int) -> bool:
        """True where this person's appointments reach the facility."""
        return facility_id in self.reach

    def may_at(self, permission: Permission, facility_id: int) -> bool:
        """True where an appointment that carries the permission reaches the facility: an area manager who also doses at
        one site may open patients there, not in the whole area."""
        return facility_id in self.reach_by_permission.get(permission, frozenset())

    @property
    def first_page(self) -> str:
        for role, page in FIRST_PAGE.items():
            if role in self.roles:
                return page
        return "/staff/me/"

    @property
    def roles_text(self) -> str:
        """The roles acted in, for the audit trail."""
        return ",".join(sorted(self.roles))


NOBODY: Final = Access()

# Who acts when a job finds something: no person, and the trail says so.
SYSTEM: Final = Access(label="Trạm")


class AccessRequest(HttpRequest):
    """What a view receives: a request with the person's access and htmx's word."""

    access: Access
    htmx: Any


View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Policy:
    """What a view asks of who calls it; read by the test over all URLs."""

    permissions: frozenset[Permission] = frozenset()
    public: bool = False
    why: str = ""


def allow(*permissions: Permission, before_second_factor: bool = False) -> Callable[[View], View]:
    """Let in who holds any of the permissions at the facility they act in. No permission named: any signed-in person.

    `before_second_factor` is for the few pages of one's own account that lead to the second factor or out again.
    """
    policy = Policy(permissions=frozenset(permissions))

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: AccessRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            access = request.access
            if not access.signed_in:
                return _to_sign_in(request)
            if access.second_factor_missing and not before_second_factor:
                return _to_second_factor(request)
            if permissions and not any(access.may(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.policy = policy  # type: ignore[attr-defined]
        return guarded

    return decorate


def allow_public(why: str) -> Callable[[View], View]:
    """Let everybody in, and say why that is right."""

    def decorate(view: View) -> View:
        view.policy = Policy(public=True, why=why)  # type: ignore[attr-defined]
        return view

    return decorate


def _to_sign_in(request: AccessRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": "/staff/sign-in/"})
    target = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"/staff/sign-in/?{urlencode({'next': target})}")


def _to_second_factor(request: AccessRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": "/staff/second-factor/"})
    target = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"/staff/second-factor/?{urlencode({'next': target})}")
