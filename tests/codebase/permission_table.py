"""Who may do what, as one table in docs/permissions.md: made from the roles and the views, and never written by hand.

`python -m tests.codebase.permission_table` writes it anew; a test fails while it is stale, so that a change of who may
do what always shows in a diff.
"""

import os
import sys
from pathlib import Path
from typing import Final

DOC: Final = Path(__file__).parents[2] / "docs" / "permissions.md"
_HEAD: Final = """# Who may do what

Made by `python -m tests.codebase.permission_table` from `staff.roles` and the `@allow(...)` of every view; do not edit.
Roles reach only the places that an appointment names, between its two dates (`staff.rules.acting`); which facts of a
patient a page shows is decided behind it, by the same reach. Every refusal is tested for every address
(`tests/codebase/test_policies.py`).

"""


def table() -> str:
    """The document as it should be."""
    from core.access import Permission, Role
    from staff.roles import ROLES
    from tests.codebase.pages import every_page

    lines = [_HEAD, "## Permissions of the roles\n", "| Permission | Roles |", "|---|---|"]
    for permission in Permission:
        holders = [role.value for role in Role if permission in ROLES[role].permissions]
        lines.append(f"| {permission.value} | {', '.join(holders)} |")
    lines += [
        "",
        "## Reach and second factor of the roles\n",
        "| Role | Appointed to | Second factor |",
        "|---|---|---|",
    ]
    lines += [
        f"| {role.value} | {ROLES[role].scope.value} | {'yes' if ROLES[role].needs_second_factor else ''} |"
        for role in Role
    ]
    lines += ["", "## Pages\n", "| Address | Asks for one of | Roles |", "|---|---|---|"]
    for page in every_page():
        policy = page.policy
        if policy is None:
            continue
        asked = ", ".join(sorted(policy.permissions))
        holders = [role.value for role in Role if policy.permissions & ROLES[role].permissions]
        who = "everybody" if policy.public else ", ".join(holders) if asked else "anybody signed in"
        lines.append(f"| `/{page.route}` | {asked} | {who} |")
    return "\n".join([*lines, *_consignments()]) + "\n"


def _consignments() -> list[str]:
    """Each state of a consignment x each step x the roles that may take it, at either end."""
    from core.access import Role
    from inventory.rules.custody import PERMISSION_OF, Side, State, steps_for
    from staff.roles import ROLES

    holders = {
        side: ", ".join(role.value for role in Role if permission in ROLES[role].permissions)
        for side, permission in PERMISSION_OF.items()
    }
    holders[Side.CARRIER] = "the one who carries it now"
    lines = [
        "",
        "## Steps of a consignment\n",
        "Nobody at any other facility takes one, whatever their role (`tests/inventory/test_custody_rights.py`).\n",
        "| State | Step | At the sending facility | At the receiving facility | On the road |",
        "|---|---|---|---|---|",
    ]
    for state in State:
        for step in steps_for(state=state, sides=frozenset(Side)):
            who = [
                holders[side] if step in steps_for(state=state, sides=frozenset({side})) else ""
                for side in (Side.SENDER, Side.RECEIVER, Side.CARRIER)
            ]
            lines.append(f"| {state} | {step} | {' | '.join(who)} |")
    return lines


if __name__ == "__main__":
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    os.environ.update(TRAM_ENV="test", DATABASE_URL=nowhere, DATABASE_OWNER_URL=nowhere)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    DOC.write_text(table(), encoding="utf-8")
    sys.stdout.write(f"{DOC}\n")
