"""Notices: e-mail made from the very duties that a person's page shows, and a calendar of them."""
