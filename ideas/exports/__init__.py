"""Open data: columns declared once; rows are given, files come out."""
