from django.db import migrations, models


class Migration(migrations.Migration):
    """Where a person is reached outside the product, and whether they want that."""

    dependencies = [("staff", "0003_witness")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="email",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="person",
            name="wants_email",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="person",
            name="wants_sms",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("wants_sms", False), models.Q(("phone", ""), _negated=True), _connector="OR"),
                name="staff_person_sms_reaches",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("wants_email", False), models.Q(("email", ""), _negated=True), _connector="OR"),
                name="staff_person_email_reaches",
            ),
        ),
    ]
