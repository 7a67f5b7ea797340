"""The tools of a site's author: saved pages, golden tests, and the first look at a new site."""
