"""Pages and feeds that list articles: rows and links out."""
