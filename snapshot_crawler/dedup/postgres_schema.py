"""The index's tables in the shared database, and how its values are stored there; postgres.py reads and writes them.

The layout is SQLite's (schema.py), with three differences. Keys lie in a table with an index on (key, n), since
PostgreSQL has no tables that are their own index. An owner has an end (`until`, by the server's clock) in the place of
a process number, which means nothing on another machine. Texts of other people are bytes: PostgreSQL's text takes no
character 0.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from snapshot_crawler.dedup.decision import State
from snapshot_crawler.dedup.identity import pack_id, unpack_id
from snapshot_crawler.dedup.rows import Entry, Unsettled

ROOM = "index"  # of the table of layouts (postgres/migrations.py)
STEPS = [
    """
-- epoch: rises when others give the owner up; what it holds from before is refused. until: -infinity: was given up
CREATE TABLE index_owner (
    n integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, until timestamptz NOT NULL,
    epoch bigint NOT NULL DEFAULT 0);
CREATE TABLE index_source (n integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name bytea NOT NULL);
-- a name may be longer than an entry of an index
CREATE UNIQUE INDEX index_source_by_name ON index_source (sha256(name));
CREATE SEQUENCE index_entry_number;
-- columns of eight bytes first, so that none is padded; their meaning: schema.py
CREATE TABLE index_entry (
    n bigint PRIMARY KEY, story bigint, lead bigint, version integer NOT NULL, source integer, state smallint NOT NULL,
    id bytea NOT NULL, content bytea NOT NULL, print bytea NOT NULL);
CREATE INDEX index_entry_by_story ON index_entry (story) WHERE story IS NOT NULL;
CREATE INDEX index_entry_by_lead ON index_entry (lead) WHERE lead IS NOT NULL;
CREATE TABLE index_key (n bigint NOT NULL, key integer NOT NULL, PRIMARY KEY (key, n));
-- url_key: 32 bits of the address, since a whole one may be longer than an entry of an index
CREATE TABLE index_unsettled (
    n bigint PRIMARY KEY, owner integer NOT NULL, url_key integer NOT NULL, before_version integer,
    before_state smallint, url bytea NOT NULL, before_content bytea);
CREATE INDEX index_unsettled_by_owner ON index_unsettled (owner, url_key)
""",
    """
-- what a process wrote last: the answer to its COMMIT may be lost. No name of a transaction would do, since a server
-- that crashed gives the names again that it had not written down.
CREATE TABLE index_done (client bigint PRIMARY KEY, token bigint NOT NULL, at timestamptz NOT NULL DEFAULT now())
""",
    """
-- a key's row and its place in the index take a fifth less; enough for two billion articles
ALTER TABLE index_key ALTER COLUMN n TYPE integer
""",
]
DONE = """
INSERT INTO index_done (client, token) VALUES (%s, %s)
ON CONFLICT (client) DO UPDATE SET token = excluded.token, at = now()
"""
# Every query of a decision goes by an index. The server may plan one while its table is small and unknown, and keep a
# plan that reads the whole table until it has looked at the table again; compiling one takes longer than all of it.
SESSION = """
SET synchronous_commit = off; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
SET jit = off; SET plan_cache_mode = force_generic_plan
"""
# What a decision may ask of some entries: they, the entries that their stories and leads lead to, their notes with the
# owner's life, and their sources
_FAMILY = """
up (n) AS (
    SELECT n FROM wanted UNION SELECT e.story FROM up JOIN index_entry e USING (n) WHERE e.story IS NOT NULL
), family (n) AS (
    SELECT n FROM up UNION SELECT e.lead FROM up JOIN index_entry e USING (n) WHERE e.lead IS NOT NULL
)
"""
_OF_FAMILY = """
e.n, e.id, e.content, e.state, e.version, e.print, e.story, e.lead, s.name,
       u.owner, u.url, u.before_content, u.before_version, u.before_state, o.until > clock_timestamp()
FROM family JOIN index_entry e USING (n) LEFT JOIN index_source s ON s.n = e.source
LEFT JOIN index_unsettled u ON u.n = e.n LEFT JOIN index_owner o ON o.n = u.owner
"""
FAMILY = f"WITH RECURSIVE wanted (n) AS (SELECT unnest(%s::bigint[])), {_FAMILY} SELECT {_OF_FAMILY}"
# The first question of a decision, in one snapshot: the entries of each key, and the families of those that the
# decision will most likely compare. That is a guess, since the choice is the index's (Index._found_by): what it lacks
# is asked for. Values: most entries of a key, keys, a key's weight, most that are guessed, whether a number is wanted
SHARING = f"""
WITH RECURSIVE sharing AS MATERIALIZED (
    SELECT place, array(SELECT n FROM index_key WHERE index_key.key = asked.key ORDER BY n DESC LIMIT %s) AS numbers
    FROM unnest(%s::integer[]) WITH ORDINALITY AS asked (key, place)
), wanted (n) AS (
    SELECT n::bigint FROM (
        SELECT n, bool_or(place = 1) AS is_same, sum(%s::integer / cardinality(numbers)) AS weight
        FROM sharing, unnest(numbers) AS n GROUP BY n
    ) AS found ORDER BY is_same DESC, weight DESC, found.n LIMIT %s
), {_FAMILY}
SELECT place, numbers, CASE WHEN place = 1 AND %s::boolean THEN nextval('index_entry_number') END,
       NULL::bytea, NULL::bytea, NULL::smallint, NULL::integer, NULL::bytea, NULL::bigint, NULL::bigint, NULL::bytea,
       NULL::integer, NULL::bytea, NULL::bytea, NULL::integer, NULL::smallint, NULL::boolean FROM sharing
UNION ALL SELECT NULL, NULL, {_OF_FAMILY}
"""
# An error, a division by zero, where the keys do not lead to the same entries as before. Values: those of SHARING, and
# the numbers as the client has read them. An error keeps what is behind it in the same batch from being carried out.
CHECK = """
SELECT 1 / (string_agg(array(
    SELECT n FROM index_key WHERE index_key.key = asked.key ORDER BY n DESC LIMIT %s
)::text, ';' ORDER BY place) = %s)::integer FROM unnest(%s::integer[]) WITH ORDINALITY AS asked (key, place)
"""
# The locks of a decision, in this order
LOCKS = """
SELECT pg_advisory_xact_lock_shared(%s, %s),
       (SELECT count(pg_advisory_xact_lock(%s, bucket)) FROM unnest(%s::integer[]) AS bucket)
"""
# The number of a source, which gets one where it has none. Two of its value. The update changes nothing: it is for
# another process that adds the same name at this moment
SOURCE = """
WITH known AS (SELECT n FROM index_source WHERE sha256(name) = sha256(%s::bytea)), made AS (
    INSERT INTO index_source (name) SELECT %s::bytea WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT (sha256(name)) DO UPDATE SET name = excluded.name RETURNING n
)
SELECT n FROM known UNION ALL SELECT n FROM made
"""
# A new entry, its note and its keys. All in one statement take the server twice as long
ENTER = """
INSERT INTO index_entry (n, story, version, source, state, id, content, print)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
NOTE = "INSERT INTO index_unsettled (n, owner, url_key, url) VALUES (%s, %s, %s, %s)"
KEYS = "INSERT INTO index_key (n, key) SELECT %s, unnest(%s::integer[])"
HEX, TEXT = b"h", b"t"  # the first byte of an id as stored


class Row(NamedTuple):
    """One entry with all that belongs to it. is_alive: whether the owner of its note still works; None: no note."""

    entry: Entry
    story: int | None
    lead: int | None
    source: str | None
    note: Unsettled | None
    is_alive: bool | None


def row_of(columns: tuple[Any, ...]) -> Row:
    """A row of FAMILY."""
    n, stored, content, state, version, packed, story, lead, source, owner, url, *was, is_alive = columns
    note = None
    if owner is not None:
        content_before, version_before, state_before = was
        known = None if state_before is None else State(state_before)
        note = Unsettled(n, owner, text_of(url), content_before, version_before, known)
    entry = Entry(n, id_of(stored), content, State(state), version, packed)
    return Row(entry, story, lead, None if source is None else text_of(source), note, is_alive)


def stored_id(text: str) -> bytes:
    """An id as it is stored."""
    packed = pack_id(text)
    return HEX + packed if isinstance(packed, bytes) else TEXT + stored_text(packed)


def id_of(stored: bytes) -> str:
    """The id that was stored."""
    return unpack_id(stored[1:]) if stored[:1] == HEX else text_of(stored[1:])


def stored_text(text: str) -> bytes:
    """Any text as bytes, half characters too, which a page may well have."""
    return text.encode("utf-8", "surrogatepass")


def text_of(stored: bytes) -> str:
    """The text that was stored."""
    return stored.decode("utf-8", "surrogatepass")
