"""Files of others, read with bounds: tables, archives, workbooks. Nothing is written here."""
