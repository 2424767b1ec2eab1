-- What a job went through was told by phrases in last_error; a later error overwrote them.
ALTER TABLE jobs ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0;      -- some attempt may have been accepted
ALTER TABLE jobs ADD COLUMN lost_workers INTEGER NOT NULL DEFAULT 0;  -- in a row, since an attempt came to an end
ALTER TABLE jobs ADD COLUMN keep_until INTEGER;                       -- is not removed before

UPDATE jobs SET in_doubt = 1, last_error = substr(last_error, 11)
  WHERE substr(last_error, 1, 10) = 'in doubt: ';
UPDATE jobs SET lost_workers = 1, last_error = substr(last_error, 1, max(length(last_error) - 21, 0))
  WHERE substr(last_error, -19) = 'the worker was lost';

-- How the lanes of the last server are, or were: for those who look from outside.
CREATE TABLE lanes (
  name     TEXT PRIMARY KEY,
  state    TEXT NOT NULL CHECK (state = 'working' OR state = 'resting' OR state = 'stopped'),
  reason   TEXT NOT NULL,
  since    INTEGER,                      -- when it left off working
  until    INTEGER,                      -- when it tries again
  sessions INTEGER NOT NULL              -- workers that may be at it
) STRICT, WITHOUT ROWID;
