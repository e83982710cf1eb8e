"""From texts to weighted stems: tokens, stems, counts, tf-idf; and texts compared by their character n-grams."""
