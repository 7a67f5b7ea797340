"""How the pages of one site are read: the shared readers, and the rules of the site's own spider over them."""
