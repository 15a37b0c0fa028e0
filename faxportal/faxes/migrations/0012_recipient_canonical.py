from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('faxes', '0011_open_documents'),
    ]

    operations = [
        migrations.AddField(
            model_name='recipient',
            name='canonical',
            field=models.CharField(default='', max_length=50),
            preserve_default=False,
        ),
    ]
