from django.db import migrations, models


class Migration(migrations.Migration):
    """The kinds of case that came with measures, orders by phone and what goes wrong."""

    dependencies = [("followup", "0002_guards")]

    operations = [
        migrations.RemoveConstraint(model_name="case", name="followup_case_kind_known"),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "dose_finding",
                        "conflicting_dose",
                        "wrong_dose",
                        "unreconciled_stock",
                        "unusable_bottle",
                        "bottle_yield",
                        "consignment",
                        "bottle_measure",
                        "night_seal",
                        "closed_bottles",
                        "stock_count",
                        "stock_loss",
                        "small_differences",
                        "key_lost",
                        "no_naloxone",
                        "device_off",
                        "pregnant_today",
                        "alert_review",
                        "typed_later",
                        "order_disowned",
                        "watched_in_danger",
                        "vomited",
                        "withheld_pattern",
                        "cup_not_swallowed",
                        "witness_objects",
                        "overdose",
                    ]
                ),
                name="followup_case_kind_known",
            ),
        ),
    ]
