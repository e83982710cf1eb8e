"""What a clustering run reads and what it proposes; nothing is written here."""
