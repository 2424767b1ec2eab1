-- A prize's time to be claimed runs since the winner's mail was taken, or since it will not be sent.
ALTER TABLE drawn ADD COLUMN notified_at INTEGER;         -- the mail server took the winner's mail
ALTER TABLE drawn ADD COLUMN unreachable_at INTEGER;      -- that mail will not be sent any more
ALTER TABLE drawn ADD COLUMN unreachable TEXT;            -- how its job ended
ALTER TABLE drawn ADD COLUMN unreachable_reason TEXT;     -- in the mail server's words
ALTER TABLE drawn ADD COLUMN unreachable_job INTEGER;     -- which job it was
ALTER TABLE draw_events ADD COLUMN kind TEXT NOT NULL DEFAULT 'disqualified';

UPDATE draw_events SET kind = 'not_claimed'
  WHERE reason IN ('the prize was not claimed in time', 'el premio no se reclamó a tiempo');

-- Until now the time ran from the draw. It goes on where the mail is out, and begins anew where it waits.
CREATE TABLE winner_jobs (
  campaign_id   INTEGER NOT NULL,
  subscriber_id INTEGER NOT NULL,
  id            INTEGER NOT NULL,
  state         TEXT NOT NULL,
  finished_at   INTEGER,
  last_error    TEXT NOT NULL,
  PRIMARY KEY (campaign_id, subscriber_id)
) STRICT, WITHOUT ROWID;
INSERT OR REPLACE INTO winner_jobs
  SELECT campaign_id, subscriber_id, id, state, finished_at, last_error FROM jobs
  WHERE kind = 'winner' AND campaign_id IS NOT NULL AND subscriber_id IS NOT NULL ORDER BY id;

UPDATE drawn SET notified_at = (SELECT finished_at FROM campaigns WHERE id = drawn.campaign_id)
  WHERE role = 'winner' OR claim_until IS NOT NULL;
UPDATE drawn SET notified_at = NULL, claim_until = NULL
  WHERE (campaign_id, subscriber_id) IN (SELECT campaign_id, subscriber_id FROM winner_jobs
                                         WHERE finished_at IS NULL);
UPDATE drawn SET notified_at = winner_jobs.finished_at FROM winner_jobs
  WHERE drawn.campaign_id = winner_jobs.campaign_id
    AND drawn.subscriber_id = winner_jobs.subscriber_id AND winner_jobs.state = 'done';
UPDATE drawn SET notified_at = NULL, unreachable_at = winner_jobs.finished_at,
  unreachable = CASE winner_jobs.state WHEN 'dead' THEN 'refused' ELSE 'cancelled' END,
  unreachable_reason = winner_jobs.last_error, unreachable_job = winner_jobs.id
  FROM winner_jobs
  WHERE drawn.campaign_id = winner_jobs.campaign_id
    AND drawn.subscriber_id = winner_jobs.subscriber_id
    AND (winner_jobs.state = 'dead' OR winner_jobs.state = 'cancelled');
DROP TABLE winner_jobs;
