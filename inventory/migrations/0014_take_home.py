from django.db import migrations, models


class Migration(migrations.Migration):
    """Vials for the days ahead leave an opened bottle by an act of a kind of its own."""

    dependencies = [("inventory", "0013_loss_photos")]

    operations = [
        migrations.RemoveConstraint(model_name="act", name="inventory_act_kind_known"),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "receipt",
                        "to_dispensing",
                        "opening",
                        "dose",
                        "dose_void",
                        "take_home",
                        "take_home_void",
                        "not_swallowed",
                        "emptying",
                        "quarantine",
                        "dispatch",
                        "consignment_receipt",
                        "taken_back",
                        "not_arrived",
                        "admitted",
                        "settled",
                        "measure",
                        "priming",
                        "count",
                        "spill",
                        "breakage",
                        "loss",
                        "recall",
                        "destruction",
                        "ampoules_out",
                    ]
                ),
                name="inventory_act_kind_known",
            ),
        ),
    ]
