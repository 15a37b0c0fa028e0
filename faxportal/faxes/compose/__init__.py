"""From a draft to a submitted fax."""
