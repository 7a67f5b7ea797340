"""What keeps a DATA_DIR whole and lawful: verify.py proves it whole, repair.py brings torn tails back to
a commit, takedown.py takes articles out of every file.

reparse.py reads kept pages again: published.py has the records, reparse_page.py reads one page, reparse_pool.py many.
"""
