"""The most pages and pixels of a file. `process_limits` limits the process that reads the file."""

from __future__ import annotations

#: The most pages that a file may have. At half a minute a page, they take about four hours to fax.
MAX_PAGES = 500
#: The most pixels of a picture, or of a frame of a TIFF. A sheet of A4 at 1200 dpi has 139 million
#: pixels, the largest telephone camera 200 million.
MAX_PIXELS = 200_000_000
