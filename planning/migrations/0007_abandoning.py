"""A cycle can be abandoned; its baseline then serves the next one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0006_accounting_prices")]

    operations = [
        migrations.RemoveConstraint(
            model_name="cycle",
            name="cycle_baseline_once",
        ),
        migrations.AlterField(
            model_name="cycle",
            name="phase",
            field=models.CharField(
                choices=[
                    ("preparation", "preparation"),
                    ("priorities", "priorities"),
                    ("envelopes", "envelopes"),
                    ("proposals", "proposals"),
                    ("rounds", "rounds"),
                    ("ratification", "ratification"),
                    ("in_force", "in force"),
                    ("settlement", "settlement"),
                    ("closed", "closed"),
                    ("abandoned", "abandoned"),
                ],
                default="preparation",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="phasedate",
            name="phase",
            field=models.CharField(
                choices=[
                    ("preparation", "preparation"),
                    ("priorities", "priorities"),
                    ("envelopes", "envelopes"),
                    ("proposals", "proposals"),
                    ("rounds", "rounds"),
                    ("ratification", "ratification"),
                    ("in_force", "in force"),
                    ("settlement", "settlement"),
                    ("closed", "closed"),
                    ("abandoned", "abandoned"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="plan",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("ratified", "ratified"),
                    ("referred_back", "referred back"),
                    ("in_force", "in force"),
                    ("expired", "expired"),
                    ("abandoned", "abandoned with its cycle"),
                ],
                default="proposed",
                max_length=14,
            ),
        ),
        migrations.AddConstraint(
            model_name="cycle",
            constraint=models.UniqueConstraint(
                condition=models.Q(("phase", "abandoned"), _negated=True),
                fields=("baseline",),
                name="cycle_baseline_once",
            ),
        ),
    ]
