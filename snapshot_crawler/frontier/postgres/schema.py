"""The frontier's tables in the shared database. Called by frontiers.py, through postgres/migrations.py.

A host is the unit of everything: what is leased, and what could be spread over several servers. So `site`, a hash of
the host that stands in an address's key, leads the key of the big table. Names of jobs, workers and hosts stand once.

- `frontier_job`: the jobs. A session lasts as long as any process works on the job.
- `frontier_worker`: who works on a job: one row for each DATA_DIR (postgres/worker.py). `epoch` rises with each start.
- `frontier_host`: who asks a host, and when it may be asked next. `epoch` rises with each change of hands, and what
  came by an older one is not accepted. No row of it is updated for a page.
- `frontier_robots`: what the origins of a host said in their robots.txt, for the length of a session. Not in the row
  of the host: that one is read each second.
- `frontier_entry`: the addresses. A page in progress has no mark here: it is pending until it is acknowledged, and
  only who holds its host may take it. New rows are inserted in the order of the primary key, and before all else that
  a transaction changes, and everything else is changed by the holder of the host alone: so no two transactions ever
  wait for each other.
- `frontier_note`, `frontier_output`, `frontier_page`: of one worker each, because they speak of files below its
  DATA_DIR; notes with worker 0 are of the whole job. `frontier_brought` is of the job.
"""

from __future__ import annotations

FIRST = """
CREATE TABLE frontier_job (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, session bigint NOT NULL DEFAULT 0
);
CREATE TABLE frontier_worker (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job integer NOT NULL, name text NOT NULL,
    batch bigint NOT NULL DEFAULT 0, epoch bigint NOT NULL DEFAULT 0, until timestamptz, process text,
    UNIQUE (job, name)
) WITH (fillfactor = 50);
CREATE TABLE frontier_host (
    job integer NOT NULL, name text COLLATE "C" NOT NULL, owner integer, epoch bigint NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT '-infinity', pause real NOT NULL DEFAULT 0,
    parked bigint NOT NULL DEFAULT -1, PRIMARY KEY (job, name)
) WITH (fillfactor = 50);
CREATE INDEX frontier_host_owner ON frontier_host (owner) WHERE owner IS NOT NULL;
CREATE SEQUENCE frontier_entry_id INCREMENT 1000;
CREATE TABLE frontier_entry (
    job integer NOT NULL, site bigint NOT NULL, digest bytea NOT NULL, id bigint NOT NULL, writer integer,
    key text COLLATE "C" NOT NULL, url text NOT NULL, host text COLLATE "C" NOT NULL, kind text NOT NULL, parent text,
    priority integer NOT NULL, is_list boolean NOT NULL, body text NOT NULL, state smallint NOT NULL,
    attempts integer NOT NULL, status integer, outcome text, fetched_at text COLLATE "C", etag text, modified text,
    born_at double precision NOT NULL, interval_s integer NOT NULL, due_at double precision NOT NULL,
    unchanged integer NOT NULL, item_count integer NOT NULL, batch bigint NOT NULL,
    PRIMARY KEY (job, site, digest)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX frontier_entry_waiting ON frontier_entry (job, host, priority DESC, id) WHERE state = 0;
CREATE INDEX frontier_entry_lists ON frontier_entry (job, due_at) WHERE is_list;
CREATE INDEX frontier_entry_again ON frontier_entry (job, key) WHERE key LIKE '%#%';
CREATE TABLE frontier_note (
    job integer NOT NULL, worker integer NOT NULL, name text COLLATE "C" NOT NULL, value text NOT NULL,
    PRIMARY KEY (job, worker, name)
);
CREATE TABLE frontier_output (
    worker integer NOT NULL, is_finished boolean NOT NULL, path text COLLATE "C" NOT NULL, batch bigint NOT NULL,
    length bigint NOT NULL, digest bytea, PRIMARY KEY (worker, is_finished, path, batch)
);
CREATE TABLE frontier_page (
    worker integer NOT NULL, digest bytea NOT NULL, path text NOT NULL, "offset" bigint NOT NULL,
    length bigint NOT NULL, url text NOT NULL, date text NOT NULL, batch bigint NOT NULL, PRIMARY KEY (worker, digest)
);
CREATE TABLE frontier_brought (
    job integer NOT NULL, item bigint NOT NULL, number integer NOT NULL, worker integer NOT NULL,
    batch bigint NOT NULL, PRIMARY KEY (job, item)
);
"""
SECOND = """
CREATE TABLE frontier_robots (
    job integer NOT NULL, host text COLLATE "C" NOT NULL, origin text COLLATE "C" NOT NULL, session bigint NOT NULL,
    until timestamptz NOT NULL, said text NOT NULL, PRIMARY KEY (job, host, origin)
);
"""
STEPS = [FIRST, SECOND]
ROOM = "frontier"
