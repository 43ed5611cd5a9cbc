from django.db import migrations

from core.constraints import one_of
from followup.rules.kinds import CaseKind


class Migration(migrations.Migration):
    """The kinds of case that came with measures, orders by phone and what goes wrong."""

    dependencies = [("followup", "0002_guards")]

    operations = [
        migrations.RemoveConstraint(model_name="case", name="followup_case_kind_known"),
        migrations.AddConstraint(model_name="case", constraint=one_of("followup_case", "kind", CaseKind)),
    ]
