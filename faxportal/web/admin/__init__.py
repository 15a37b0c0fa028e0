"""Pages for admins and reviewers: sending, block list, overview, cover pages, audit."""
