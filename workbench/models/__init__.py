"""Models: the embedded reader, every provider LiteLLM knows, and finding what could be used."""
