"""What would have changed a part of a sharing-out is kept beside it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0027_sharing_appeal_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="share",
            name="at_high",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="share",
            name="at_low",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="share",
            name="begins",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="share",
            name="full",
            field=models.BigIntegerField(null=True),
        ),
    ]
