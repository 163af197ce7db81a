"""The embedded reader: models that extract answers from the sources in a prompt. They do not write."""
