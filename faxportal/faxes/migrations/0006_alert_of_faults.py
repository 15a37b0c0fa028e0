"""An alert about faults of the portal itself."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('faxes', '0005_sender_mails'),
    ]

    operations = [
        migrations.AlterField(
            model_name='alert',
            name='kind',
            field=models.CharField(choices=[('no_worker', 'No worker has been running for a minute.'), ('nothing_moves', 'Faxes are due, but none has been attempted for five minutes.'), ('account_closed', "A sender's account is closed, so its faxes are waiting."), ('server_away', 'Faxes wait for a VoipNow server.'), ('storage_away', "Faxes wait for VoipNow's storage."), ('attempts_fail', 'Faxes to a VoipNow server fail again and again.'), ('portal_fault', 'The portal had an internal error while sending.'), ('links_expire', 'Upload links expire before files arrive.'), ('origin_not_listed', 'Faxes wait for an origin to be allowed.')], max_length=20),
        ),
    ]
