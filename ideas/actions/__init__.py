"""What people do: one verb each; the only room that commits."""
