"""The rules of dosing, pure: frozen facts and an explicit `now` in, violations (a code and its figures) out.

No ORM, no clock, no request, no stored settings. The same functions decide whether a button is offered, why
an act is refused, and what was wrong with a fact that arrived late.
"""
