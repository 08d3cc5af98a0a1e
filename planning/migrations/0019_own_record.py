from django.db import migrations, models


class Migration(migrations.Migration):
    """What a workplace's own grants brought is one more source of its estimate."""

    dependencies = [("planning", "0018_programme_guards")]

    operations = [
        migrations.AlterField(
            model_name="investmentrequest",
            name="returns_from",
            field=models.CharField(
                choices=[
                    ("charter", "the charter's figure: the sector has too few finished grants"),
                    ("grants", "what finished grants of the sector brought"),
                    ("own", "what its own finished grants brought, moved towards what those of its sector did"),
                ],
                max_length=8,
            ),
        )
    ]
