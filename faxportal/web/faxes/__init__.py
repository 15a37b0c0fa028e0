"""Lists of faxes, the page of one fax, and what people do there."""
