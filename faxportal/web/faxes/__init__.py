"""Lists of faxes, and the page of one."""
