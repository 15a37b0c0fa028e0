from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RenameField("connection", "sealed_secrets", "encrypted_secrets"),
        migrations.RenameField("connection", "sealed_token", "encrypted_token"),
    ]
