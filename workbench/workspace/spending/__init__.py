"""What calls cost: caps held before a call is sent, and what was spent after it."""
