"""What happens to every request: hats, staff's second factor, refusals."""
