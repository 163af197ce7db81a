"""Measuring retrieval: which settings find the sources that golden rows name, and using the best of them."""
