import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('faxes', '0017_counts'),
    ]

    operations = [
        migrations.AddField(
            model_name='fax',
            name='again_of',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='faxes.fax'),
        ),
        migrations.AddField(
            model_name='fax',
            name='content',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(condition=models.Q(('again_of__isnull', False)), fields=['again_of'], name='fax_again_of'),
        ),
    ]
