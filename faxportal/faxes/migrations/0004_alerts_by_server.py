"""Alerts about one server or storage, with how many faxes wait for it."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('faxes', '0003_watch_duties'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='alert',
            name='alert_once',
        ),
        migrations.AddField(
            model_name='alert',
            name='failing_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='alert',
            name='faxes',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='alert',
            name='origin',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='alert',
            name='reason',
            field=models.CharField(blank=True, max_length=50),
        ),
        migrations.AlterField(
            model_name='alert',
            name='kind',
            field=models.CharField(choices=[('no_worker', 'No worker has been running for a minute.'), ('nothing_moves', 'Faxes are due, but none has been attempted for five minutes.'), ('account_closed', "A sender's account is closed, so its faxes are waiting."), ('server_away', 'Faxes wait for a VoipNow server.'), ('storage_away', "Faxes wait for VoipNow's storage."), ('attempts_fail', 'Faxes to a VoipNow server fail again and again.'), ('origin_not_listed', 'Faxes wait for an origin to be allowed.')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None), ('sender', None)), fields=('kind', 'origin'), name='alert_once'),
        ),
    ]
