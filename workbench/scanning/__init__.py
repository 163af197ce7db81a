"""Scanning documents for personal data, secrets and instructions aimed at a model: rules only, no model."""
