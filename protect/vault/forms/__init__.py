"""What people type at the desk: shape and wording, a file for each kind of page."""
