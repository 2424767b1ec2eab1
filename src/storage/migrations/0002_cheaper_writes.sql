-- Each trigger made SQLite keep a journal of its statement, at half the cost of a sign-up; the stores
-- count instead.
DROP TRIGGER subscriber_added;
DROP TRIGGER subscriber_verified;
DROP TRIGGER subscriber_removed;

-- For "IN (…)" with more than two values SQLite built a table each time it checked a row.
DROP INDEX jobs_ready;
DROP INDEX jobs_scheduled;
DROP INDEX jobs_running;
DROP INDEX jobs_finished;
ALTER TABLE jobs RENAME TO former_jobs;

CREATE TABLE jobs (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  lane          TEXT NOT NULL,
  kind          TEXT NOT NULL,
  campaign_id   INTEGER,
  subscriber_id INTEGER,
  state         TEXT NOT NULL
                CHECK (state = 'scheduled' OR state = 'ready' OR state = 'running'
                       OR state = 'done' OR state = 'dead' OR state = 'cancelled'),
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
  CHECK ((state = 'done' OR state = 'dead' OR state = 'cancelled') = (finished_at IS NOT NULL))
) STRICT;

INSERT INTO jobs SELECT * FROM former_jobs;
-- Numbers of jobs that are gone must not come again: Message-IDs are made of them.
DELETE FROM sqlite_sequence WHERE name = 'jobs';
UPDATE sqlite_sequence SET name = 'jobs' WHERE name = 'former_jobs';
DROP TABLE former_jobs;

-- Partial: a row is in exactly one of them, and a claim never steps over jobs that are not due.
CREATE INDEX jobs_ready ON jobs (lane, priority, id) WHERE state = 'ready';
CREATE INDEX jobs_scheduled ON jobs (run_at) WHERE state = 'scheduled';
CREATE INDEX jobs_running ON jobs (lease_end) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished_at, state) WHERE finished_at IS NOT NULL;
