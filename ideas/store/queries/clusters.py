"""Questions about clusters."""

__all__: list[str] = []
