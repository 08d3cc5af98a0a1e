"""Pages: permission, form, service, redirect; what they say comes from planning.wording."""
