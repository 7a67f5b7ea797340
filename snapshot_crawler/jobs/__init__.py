"""Scheduled jobs: the job file, its timetable, the processes of the runs, their history, notices and metrics."""
