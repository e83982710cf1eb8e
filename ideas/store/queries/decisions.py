"""Questions about decisions."""

__all__: list[str] = []
