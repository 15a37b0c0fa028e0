"""Pages for admins: how sending goes, figures, covers, audit."""
