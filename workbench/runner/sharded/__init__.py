"""A run on several machines: requests go out in shards, outcomes come back; the driver alone knows the store."""
