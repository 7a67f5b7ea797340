"""What the author of a site works with: saved pages, golden tests, and the look at a new site."""
