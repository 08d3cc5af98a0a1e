"""Many cycles at several settings of the equality dial: a growth model on top of the plan and of the sharing-out."""
