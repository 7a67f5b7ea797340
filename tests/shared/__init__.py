"""Several processes on one job, with one database."""
