"""What a run would ask, cost, take and show, before it is started."""
