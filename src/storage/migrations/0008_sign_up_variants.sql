-- What was said when an address that was still pending signed up again with something else. Each has a
-- link of its own; the one that is opened first counts, and its words move to the subscriber. The first
-- sign-up's are in the subscriber from the start.
CREATE TABLE sign_up_variants (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,  -- tokens are made of it: it must not come again
  subscriber_id INTEGER NOT NULL REFERENCES subscribers ON DELETE CASCADE,
  data          TEXT NOT NULL,                      -- JSON object
  locale        TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  mailed_at     INTEGER NOT NULL                    -- when its mail was last asked for, or will be sent
) STRICT;
CREATE INDEX sign_up_variants_of_subscriber ON sign_up_variants (subscriber_id);
CREATE INDEX sign_up_variants_by_time ON sign_up_variants (mailed_at);
