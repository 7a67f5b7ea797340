"""The frontier in the shared database, for many machines: the setting DATABASE_URL names it."""

from snapshot_crawler.frontier.postgres.frontiers import PostgresFrontiers as PostgresFrontiers
