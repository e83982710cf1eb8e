"""What keeps an installation in order: backups, health checks, purge, maintenance."""
