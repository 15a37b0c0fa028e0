"""Reading what people type and upload: phone numbers, recipients, CSV tables. Knows no Django."""
