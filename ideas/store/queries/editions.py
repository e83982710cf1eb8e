"""Questions about editions."""

__all__: list[str] = []
