"""What a person does to a submitted fax, or to sending as a whole."""
