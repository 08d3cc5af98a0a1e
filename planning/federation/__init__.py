"""Setting up a federation: places, bodies, charter and first baseline in one step, from a template."""
