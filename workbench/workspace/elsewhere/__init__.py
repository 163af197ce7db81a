"""Results that another tool produced."""
