"""OperationOutcome: how FHIR says that something was refused. Pure."""

from collections.abc import Iterable
from typing import Any, Final

from core.fhir.parts import Told, system

FHIR: Final = "/api/v1/fhir/"
FHIR_JSON: Final = "application/fhir+json"
_ISSUE: Final = {
    400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 406: "not-supported",
    409: "conflict", 413: "too-costly", 415: "not-supported", 429: "throttled", 500: "exception",
}  # fmt: skip


def refused(status_code: int, code: str, words: str, *, issue: str = "", where: Iterable[str] = ()) -> Told:
    """One refusal. `code` is ours and never renamed, `words` are for people."""
    fatal = status_code >= 500
    found: Told = _issue("fatal" if fatal else "error", issue or _ISSUE.get(status_code, "processing"), words)
    found["details"]["coding"] = [{"system": system("refusal"), "code": code}]
    if named := list(where):
        found["expression"] = named
    return {"resourceType": "OperationOutcome", "issue": [found]}


def passed_over(names: Iterable[str]) -> Told:
    """What a lenient search did not understand and went on without."""
    issues = [_issue("warning", "not-supported", f"{name}: not understood, passed over") for name in names]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(severity: str, code: str, words: str) -> dict[str, Any]:
    return {"severity": severity, "code": code, "details": {"text": words}}
