"""Reading what people write, without Django: phone numbers, recipients, tables."""
