-- Times are Unix milliseconds. Foreign keys are enforced on every connection.

CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  name          TEXT PRIMARY KEY,
  password_hash TEXT NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The long columns come last: whether a list is open is read for every sign-up.
CREATE TABLE campaigns (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  slug         TEXT UNIQUE,              -- NULL once retired: hidden, waiting to be purged
  created_at   INTEGER NOT NULL,
  finishing_at INTEGER,
  finished_at  INTEGER,
  opens_at     INTEGER,
  closes_at    INTEGER,
  winners      INTEGER NOT NULL CHECK (winners >= 1),
  alternates   INTEGER NOT NULL CHECK (alternates >= 0),
  verification TEXT NOT NULL CHECK (verification IN ('link', 'confirm')),
  duplicates   TEXT NOT NULL CHECK (duplicates IN ('reject', 'conceal')),
  token_ttl    INTEGER NOT NULL CHECK (token_ttl > 0),
  locale       TEXT NOT NULL,
  time_zone    TEXT NOT NULL,
  name         TEXT NOT NULL,
  admin_email  TEXT NOT NULL,
  description  TEXT NOT NULL,
  templates    TEXT NOT NULL,            -- JSON: {"kind": {"subject", "text", "html"}}
  CHECK (finished_at IS NULL OR finishing_at IS NOT NULL)
) STRICT;

-- Kept apart from the campaign, because every sign-up writes it.
CREATE TABLE campaign_counters (
  campaign_id INTEGER PRIMARY KEY REFERENCES campaigns ON DELETE CASCADE,
  pending     INTEGER NOT NULL DEFAULT 0 CHECK (pending >= 0),
  verified    INTEGER NOT NULL DEFAULT 0 CHECK (verified >= 0),
  next_ticket INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE subscribers (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  campaign_id     INTEGER NOT NULL REFERENCES campaigns,
  email           TEXT,                  -- NULL, like email_key, once erased after the list was stopped
  email_key       TEXT,
  data            TEXT NOT NULL,         -- JSON object
  locale          TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  mailed_at       INTEGER NOT NULL,      -- when a verification mail was last asked for
  mails_window_at INTEGER NOT NULL,      -- since when mails_in_window counts
  mails_in_window INTEGER NOT NULL,
  verified_at     INTEGER,
  ticket          INTEGER,
  nonce           BLOB,
  UNIQUE (email_key, campaign_id),       -- in this order it also finds an address in all campaigns
  CHECK ((verified_at IS NULL) = (ticket IS NULL))
) STRICT;
CREATE INDEX subscribers_of_campaign ON subscribers (campaign_id);
CREATE UNIQUE INDEX tickets ON subscribers (campaign_id, ticket) WHERE ticket IS NOT NULL;

CREATE TRIGGER subscriber_added AFTER INSERT ON subscribers BEGIN
  UPDATE campaign_counters SET pending = pending + 1 WHERE campaign_id = NEW.campaign_id;
END;
CREATE TRIGGER subscriber_verified AFTER UPDATE OF verified_at ON subscribers
WHEN OLD.verified_at IS NULL AND NEW.verified_at IS NOT NULL BEGIN
  UPDATE campaign_counters SET pending = pending - 1, verified = verified + 1
  WHERE campaign_id = NEW.campaign_id;
END;
CREATE TRIGGER subscriber_removed AFTER DELETE ON subscribers BEGIN
  UPDATE campaign_counters
  SET pending = pending - (OLD.verified_at IS NULL), verified = verified - (OLD.verified_at IS NOT NULL)
  WHERE campaign_id = OLD.campaign_id;
END;

CREATE TABLE draws (
  campaign_id INTEGER PRIMARY KEY REFERENCES campaigns,
  seed        BLOB NOT NULL CHECK (length(seed) = 32),
  entrants    INTEGER NOT NULL CHECK (entrants > 0),
  winners     INTEGER NOT NULL,
  alternates  INTEGER NOT NULL
) STRICT;

CREATE TABLE drawn (
  campaign_id   INTEGER NOT NULL REFERENCES draws,
  position      INTEGER NOT NULL CHECK (position >= 1),
  role          TEXT NOT NULL CHECK (role IN ('winner', 'alternate')),
  ticket        INTEGER NOT NULL,
  subscriber_id INTEGER NOT NULL,
  PRIMARY KEY (campaign_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  lane          TEXT NOT NULL,
  kind          TEXT NOT NULL,
  campaign_id   INTEGER,
  subscriber_id INTEGER,
  state         TEXT NOT NULL
                CHECK (state IN ('scheduled', 'ready', 'running', 'done', 'dead', 'cancelled')),
  priority      INTEGER NOT NULL,
  attempt       INTEGER NOT NULL DEFAULT 0,
  max_attempts  INTEGER NOT NULL,
  run_at        INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  finished_at   INTEGER,
  lease         INTEGER,
  lease_end     INTEGER,
  last_error    TEXT NOT NULL DEFAULT '',
  CHECK ((state = 'running') = (lease IS NOT NULL)),
  CHECK ((state IN ('done', 'dead', 'cancelled')) = (finished_at IS NOT NULL))
) STRICT;
-- Partial: a row is in exactly one of them, and a claim never steps over jobs that are not due.
CREATE INDEX jobs_ready ON jobs (lane, priority, id) WHERE state = 'ready';
CREATE INDEX jobs_scheduled ON jobs (run_at) WHERE state = 'scheduled';
CREATE INDEX jobs_running ON jobs (lease_end) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished_at, state) WHERE finished_at IS NOT NULL;
