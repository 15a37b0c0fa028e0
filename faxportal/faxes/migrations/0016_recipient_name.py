from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('faxes', '0015_draft_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='recipient',
            name='name',
            field=models.CharField(blank=True, max_length=100),
        ),
    ]
