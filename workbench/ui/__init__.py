"""The app: server, components and state. Pages are thin scripts over it."""
