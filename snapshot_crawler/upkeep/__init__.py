"""What keeps a DATA_DIR whole and lawful: verify.py proves it whole, repair.py brings torn tails back to
a commit, takedown.py takes articles out of every file."""
