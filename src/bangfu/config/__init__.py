"""Settings, addresses, and the WSGI and ASGI entries."""
