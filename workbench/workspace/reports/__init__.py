"""A comparison as text and as one file for people without the app."""
