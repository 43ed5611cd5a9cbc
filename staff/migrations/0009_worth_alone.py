from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A correction may leave the minutes and change their worth: a line of pay may be money alone."""

    dependencies = [("staff", "0008_indexes")]

    operations = [
        migrations.RemoveConstraint("payline", "staff_payline_pays_something"),
        migrations.AddConstraint(
            "payline",
            models.CheckConstraint(
                condition=~Q(minutes=0) | Q(amount__isnull=False) & ~Q(amount=0), name="staff_payline_pays_something"
            ),
        ),
    ]
