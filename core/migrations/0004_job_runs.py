from django.db import migrations, models


class Migration(migrations.Migration):
    """Every run of every job says for which place and day it was, what went wrong, and who has seen that."""

    dependencies = [("core", "0003_attachments")]

    operations = [
        migrations.AddField(
            model_name="jobrun",
            name="again_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="again_by_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="attempt",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="day",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="error",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="facility_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="gave_up",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="message",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="part_of_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="seen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="jobrun",
            name="seen_by_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="jobrun",
            index=models.Index(fields=["-ended_at"], name="core_jobrun_ended"),
        ),
        migrations.AddIndex(
            model_name="jobrun",
            index=models.Index(
                condition=models.Q(("gave_up", True), ("seen_at__isnull", True)),
                fields=["job"],
                name="core_jobrun_dead",
            ),
        ),
        migrations.AddIndex(
            model_name="jobrun",
            index=models.Index(
                condition=models.Q(("message", ""), _negated=True), fields=["message"], name="core_jobrun_message"
            ),
        ),
        migrations.AddIndex(
            model_name="jobrun",
            index=models.Index(
                condition=models.Q(("part_of_id__isnull", False)), fields=["part_of_id"], name="core_jobrun_parts"
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("gave_up", False), models.Q(("ok", False), ("ok__isnull", False)), _connector="OR"),
                name="core_jobrun_gave_up_failed",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("error", ""), models.Q(("ok", False), ("ok__isnull", False)), _connector="OR"),
                name="core_jobrun_error_failed",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("attempt__gt", 0)), name="core_jobrun_attempt_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("again_at__isnull", True), ("again_by_id__isnull", True)),
                    models.Q(("again_at__isnull", False), ("again_by_id__isnull", False)),
                    _connector="OR",
                ),
                name="core_jobrun_again_at_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seen_at__isnull", True), ("seen_by_id__isnull", True)),
                    models.Q(("seen_at__isnull", False), ("seen_by_id__isnull", False)),
                    _connector="OR",
                ),
                name="core_jobrun_seen_at_paired",
            ),
        ),
    ]
