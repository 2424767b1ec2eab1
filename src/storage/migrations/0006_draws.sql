-- Draws that anyone can check. Columns that lists and sign-ups do not read come last.
ALTER TABLE campaigns ADD COLUMN secret BLOB;      -- published as its hash at once, revealed by the draw
ALTER TABLE campaigns ADD COLUMN beacon TEXT NOT NULL DEFAULT '{"kind":"none"}';
ALTER TABLE campaigns ADD COLUMN draw_delay INTEGER NOT NULL DEFAULT 30000;
ALTER TABLE campaigns ADD COLUMN claim_within INTEGER;
ALTER TABLE campaigns ADD COLUMN witnesses TEXT NOT NULL DEFAULT '[]';   -- JSON: addresses
ALTER TABLE campaigns ADD COLUMN exclusions TEXT NOT NULL DEFAULT '[]';  -- JSON: addresses and domains
ALTER TABLE campaigns ADD COLUMN notify_not_drawn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE campaigns ADD COLUMN beacon_value TEXT;  -- as the administrator gave it, maybe before the seal

-- Erasures and disqualifications: a list that was read before one of them is the list no more.
ALTER TABLE campaign_counters ADD COLUMN list_changes INTEGER NOT NULL DEFAULT 0;

ALTER TABLE subscribers ADD COLUMN disqualified TEXT;  -- why, if it happened before the seal

-- What of its campaign a job is about, as its kind says.
ALTER TABLE jobs ADD COLUMN argument INTEGER NOT NULL DEFAULT 0;

ALTER TABLE drawn RENAME TO former_drawn;
ALTER TABLE draws RENAME TO former_draws;

CREATE TABLE draws (
  campaign_id  INTEGER PRIMARY KEY REFERENCES campaigns,
  entrants     INTEGER NOT NULL CHECK (entrants > 0),
  winners      INTEGER NOT NULL,
  alternates   INTEGER NOT NULL,
  root         BLOB,                     -- NULL: drawn by a program that published nothing
  sealed_at    INTEGER,
  beacon       TEXT NOT NULL,            -- with its round
  excluded     INTEGER NOT NULL DEFAULT 0,
  disqualified INTEGER NOT NULL DEFAULT 0,
  value        TEXT,                     -- of the beacon; NULL, like the seed, before the draw
  seed         BLOB CHECK (length(seed) = 32),
  told_until   INTEGER NOT NULL DEFAULT 0,  -- tickets until this one got their mail that says no
  CHECK ((root IS NULL) = (sealed_at IS NULL))
) STRICT;

CREATE TABLE drawn (
  campaign_id   INTEGER NOT NULL REFERENCES draws,
  position      INTEGER NOT NULL CHECK (position >= 1),
  role          TEXT NOT NULL CHECK (role IN ('winner', 'alternate')),
  ticket        INTEGER NOT NULL,
  subscriber_id INTEGER NOT NULL,
  entrant       INTEGER,                 -- its index among the entrants
  claim_until   INTEGER,                 -- since it has a prize that must be claimed
  claimed_at    INTEGER,
  PRIMARY KEY (campaign_id, position)
) STRICT, WITHOUT ROWID;

-- A draw that was begun and not completed is begun anew.
INSERT INTO draws (campaign_id, entrants, winners, alternates, beacon, seed)
  SELECT campaign_id, entrants, winners, alternates, '{"kind":"none"}', seed FROM former_draws
  WHERE campaign_id IN (SELECT id FROM campaigns WHERE finished_at IS NOT NULL);
INSERT INTO drawn (campaign_id, position, role, ticket, subscriber_id)
  SELECT campaign_id, position, role, ticket, subscriber_id FROM former_drawn
  WHERE campaign_id IN (SELECT campaign_id FROM draws);
DROP TABLE former_drawn;
DROP TABLE former_draws;

CREATE TABLE draw_events (
  campaign_id INTEGER NOT NULL REFERENCES draws,
  number      INTEGER NOT NULL,          -- 1, 2, 3, …
  at          INTEGER NOT NULL,
  position    INTEGER NOT NULL,          -- who was disqualified
  reason      TEXT NOT NULL,
  promoted    INTEGER,                   -- whose prize it is since
  PRIMARY KEY (campaign_id, number)
) STRICT, WITHOUT ROWID;

-- The entrants' leaves, 1024 to a chunk: a power of two, so that the chunks' roots are nodes of the tree.
CREATE TABLE entrant_chunks (
  id           INTEGER PRIMARY KEY,
  campaign_id  INTEGER NOT NULL REFERENCES campaigns,
  number       INTEGER NOT NULL,         -- 0, 1, 2, …
  first_ticket INTEGER NOT NULL,
  root         BLOB NOT NULL CHECK (length(root) = 32),
  tickets      BLOB NOT NULL,            -- 8 bytes each, big-endian
  leaves       BLOB NOT NULL             -- 32 bytes each
) STRICT;
CREATE UNIQUE INDEX entrant_chunks_by_number ON entrant_chunks (campaign_id, number);
CREATE UNIQUE INDEX entrant_chunks_by_ticket ON entrant_chunks (campaign_id, first_ticket);
