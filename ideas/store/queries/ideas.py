"""Questions about ideas."""

__all__: list[str] = []
