"""What each role may do, and how far. Least privilege (domain 7); two settings of the law: only physicians prescribe,
and nobody who keeps the system running sees a patient."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.access import Permission as P
from core.access import Role


class Scope(Enum):
    """What an appointment in the role is made to, and so where its permissions reach."""

    FACILITY = "facility"  # that facility alone
    CLINIC = "clinic"  # that main clinic and the satellites it supplies today
    AREA = "area"  # every facility of the area
    PROVINCE = "province"  # every facility of the province


@dataclass(frozen=True)
class RoleDefinition:
    """A role as people read it and as the product obeys it."""

    name: str | Promise
    description: str | Promise
    scope: Scope
    permissions: frozenset[P]
    needs_second_factor: bool = False


_DISPENSE: Final = frozenset(
    {
        P.VIEW_ROSTER, P.GIVE_DOSE, P.RECORD_OUTCOME, P.VOID_DOSE, P.VIEW_PATIENT, P.VIEW_PRESCRIPTIONS,
        P.VIEW_STOCK, P.HANDLE_STOCK, P.RECEIVE_DELIVERY, P.DISPATCH, P.VIEW_CASES, P.SIGN_SECOND, P.RECORD_ALERT,
        P.PREPARE_REQUEST, P.RECORD_OVERDOSE, P.FOLLOW_PATIENT, P.RECORD_TEST, P.RECORD_COUNSELLING,
        P.REFER_PATIENT, P.RECORD_CONTACT, P.ASK_CLINIC, P.RECORD_ELSEWHERE, P.RECORD_HOURS, P.VIEW_ROTA,
    }
)  # fmt: skip
_CARE: Final = frozenset(
    {
        P.VIEW_ROSTER, P.VIEW_PATIENT, P.REGISTER_PATIENT, P.VIEW_PRESCRIPTIONS, P.PLACE_HOLD, P.LIFT_HOLD,
        P.VIEW_CASES, P.SIGN_SECOND, P.RECORD_ALERT, P.RECORD_OVERDOSE, P.VIEW_MEDICINE_NAME,
        P.FOLLOW_PATIENT, P.RECORD_TEST, P.RECORD_COUNSELLING, P.REFER_PATIENT, P.RECORD_CONTACT,
        P.ASK_CLINIC, P.RECORD_ELSEWHERE, P.RECORD_HOURS, P.VIEW_ROTA,
    }
)  # fmt: skip
_MANAGE: Final = frozenset({P.VIEW_OVERSIGHT, P.VIEW_STOCK, P.VIEW_BOOK, P.VIEW_CASES})
_REPORT: Final = frozenset({P.VIEW_REPORTS, P.SIGN_REPORTS, P.APPROVE_REPORTS})

ROLES: Final[Mapping[Role, RoleDefinition]] = MappingProxyType(
    {
        Role.DISPENSER: RoleDefinition(
            _("Nhân viên cấp phát thuốc"),
            _("Cấp liều và trông giữ thuốc tại cơ sở của mình."),
            Scope.FACILITY,
            _DISPENSE,
        ),
        Role.PHARMACIST: RoleDefinition(
            _("Dược sĩ"), _("Cấp liều và trông giữ thuốc tại cơ sở của mình."), Scope.FACILITY, _DISPENSE
        ),
        Role.COUNSELLOR: RoleDefinition(
            _("Tư vấn viên"),
            _("Xem danh sách buổi sáng và người bệnh tại cơ sở của mình, ghi tư vấn."),
            Scope.FACILITY,
            frozenset({P.VIEW_ROSTER, P.VIEW_PATIENT, P.RECORD_OVERDOSE, P.FOLLOW_PATIENT, P.RECORD_COUNSELLING})
            | {P.RECORD_CONTACT, P.RECORD_HOURS, P.VIEW_ROTA},
        ),
        Role.PHYSICIAN: RoleDefinition(
            _("Bác sĩ"),
            _("Kê đơn và ký đơn, dừng cấp liều và cho uống lại tại cơ sở được phân công."),
            Scope.FACILITY,
            _CARE | {P.PRESCRIBE, P.ANSWER_QUESTION, P.KEEP_HIV_STATUS},
        ),
        Role.ASSISTANT_PHYSICIAN: RoleDefinition(
            _("Y sĩ"),
            _("Theo dõi người bệnh, dừng cấp liều và cho uống lại; không kê đơn."),
            Scope.FACILITY,
            _CARE,
        ),
        Role.SITE_HEAD: RoleDefinition(
            _("Trưởng trạm y tế"),
            _("Như nhân viên cấp phát, thêm kết luận vụ việc, xem lại việc làm một mình và xem sổ kho."),
            Scope.FACILITY,
            _DISPENSE
            | {
                P.REGISTER_PATIENT,
                P.LIFT_HOLD,
                P.VIEW_BOOK,
                P.CONCLUDE_CASE,
                P.REVIEW_UNWITNESSED,
                P.KEEP_SITE_CARD,
                P.ENDORSE_REQUEST,
                P.INSPECT,
                P.ACCEPT_PATIENT,
                P.CONFIRM_DROP_OUT,
                P.CLOSE_ROAD,
                P.APPROVE_HOURS,
                P.PLAN_ROTA,
                P.KEEP_CERTIFICATES,
                P.KEEP_DEVICES,
            },
        ),
        Role.WITNESS: RoleDefinition(
            _("Người chứng kiến"),
            _("Ký cùng khi có mặt, hoặc từ xa qua điện thoại; không xem gì khác."),
            Scope.FACILITY,
            frozenset({P.SIGN_SECOND, P.VIEW_ROTA}),
        ),
        Role.CARRIER: RoleDefinition(
            _("Nhân viên vận chuyển thuốc"),
            _("Nhận và giao thuốc trên đường."),
            Scope.FACILITY,
            frozenset({P.CARRY, P.RECORD_HOURS, P.VIEW_ROTA}),
        ),
        Role.STORE_KEEPER: RoleDefinition(
            _("Nhân viên quản lý kho thuốc"),
            _("Kho của cơ sở điều trị và của các cơ sở cấp phát trực thuộc."),
            Scope.CLINIC,
            frozenset(
                {P.VIEW_STOCK, P.VIEW_BOOK, P.HANDLE_STOCK, P.RECEIVE_DELIVERY, P.RECALL_LOT, P.DISPATCH, P.VIEW_CASES}
            )
            | {P.APPROVE_REQUEST, P.INSPECT, P.RECORD_HOURS, P.VIEW_ROTA},
        ),
        Role.CLINIC_PHYSICIAN: RoleDefinition(
            _("Bác sĩ cơ sở điều trị"),
            _("Kê đơn và ký đơn cho cơ sở điều trị và các cơ sở cấp phát trực thuộc."),
            Scope.CLINIC,
            _CARE
            | {P.PRESCRIBE, P.ANSWER_REFERRAL, P.CONFIRM_DROP_OUT, P.ANSWER_QUESTION}
            | {P.VIEW_REPORTS, P.SIGN_REPORTS, P.VIEW_HIV_FIGURES, P.KEEP_HIV_STATUS},
        ),
        Role.CLINIC_HEAD: RoleDefinition(
            _("Phụ trách cơ sở điều trị"),
            _("Giám sát kho, vụ việc và việc làm một mình của các cơ sở trực thuộc."),
            Scope.CLINIC,
            _MANAGE
            | {P.RECALL_LOT, P.CONCLUDE_CASE, P.REVIEW_UNWITNESSED, P.KEEP_SITE_CARD, P.APPROVE_REQUEST}
            | {P.ANSWER_TRANSPORT, P.INSPECT, P.SIGN_TRANSFER, P.RECORD_HOURS, P.APPROVE_HOURS}
            | {P.VIEW_ROTA, P.PLAN_ROTA, P.KEEP_CERTIFICATES}
            | _REPORT
            | {P.VIEW_HIV_FIGURES},
            needs_second_factor=True,
        ),
        Role.PAYROLL: RoleDefinition(
            _("Kế toán tiền lương"),
            _("Giờ làm thêm và thanh toán, của cơ sở điều trị và các cơ sở cấp phát trực thuộc."),
            Scope.CLINIC,
            frozenset({P.PAY_HOURS, P.RECORD_HOURS, P.VIEW_ROTA}),
        ),
        Role.AREA_MANAGER: RoleDefinition(
            _("Cán bộ quản lý khu vực"),
            _("Số liệu, kho và vụ việc của khu vực, không có danh tính người bệnh; xem lại việc làm một mình."),
            Scope.AREA,
            _MANAGE | _REPORT | {P.REVIEW_UNWITNESSED, P.ANSWER_TRANSPORT},
            needs_second_factor=True,
        ),
        Role.PROVINCE_MANAGER: RoleDefinition(
            _("Cán bộ quản lý tỉnh"),
            _("Số liệu, kho và vụ việc của tỉnh, không có danh tính người bệnh; đặt ngưỡng quy định."),
            Scope.PROVINCE,
            _MANAGE | _REPORT | {P.RECALL_LOT, P.SET_RULES, P.END_RECORDS},
            needs_second_factor=True,
        ),
        Role.AUDITOR: RoleDefinition(
            _("Kiểm tra viên"),
            _("Chỉ đọc số liệu đã bỏ danh tính và nhật ký truy cập."),
            Scope.PROVINCE,
            frozenset({P.VIEW_OVERSIGHT, P.READ_AUDIT, P.VIEW_REPORTS}),
            needs_second_factor=True,
        ),
        Role.SYSTEM_ADMINISTRATOR: RoleDefinition(
            _("Quản trị hệ thống"),
            _("Tài khoản, phân công và vận hành; không có dữ liệu người bệnh."),
            Scope.PROVINCE,
            frozenset({P.MANAGE_STAFF, P.VIEW_OPERATIONS, P.KEEP_REFERENCE, P.KEEP_DEVICES}),
            needs_second_factor=True,
        ),
    }
)

ROLES_WITH_SATELLITES: Final = frozenset(role for role, is_a in ROLES.items() if is_a.scope is Scope.CLINIC)

# Who may sign second here, or look at it later, may also witness from elsewhere.
REMOTE_WITNESSES: Final = (P.SIGN_SECOND, P.REVIEW_UNWITNESSED)


def names(roles: frozenset[Role]) -> str:
    """The roles in words, in the order of the list above."""
    return ", ".join(str(ROLES[role].name) for role in ROLES if role in roles)
