-- What was promised, every version of it; and what may never change again, kept by the database itself. Only the
-- deletion of a whole campaign, which begins with its slug, removes any of it.
CREATE TABLE terms (
  campaign_id INTEGER NOT NULL REFERENCES campaigns,
  version     INTEGER NOT NULL CHECK (version >= 1),  -- 1, 2, 3, …
  hash        BLOB NOT NULL CHECK (length(hash) = 32),
  record      TEXT NOT NULL,             -- as published: canonical JSON, of which `hash` is the SHA-256
  PRIMARY KEY (campaign_id, version)
) STRICT, WITHOUT ROWID;

-- The rules that terms name by their hash, where an organiser gave them as a text.
CREATE TABLE rules (
  campaign_id INTEGER NOT NULL REFERENCES campaigns,
  hash        BLOB NOT NULL CHECK (length(hash) = 32),  -- SHA-256 of the text
  text        TEXT NOT NULL,
  PRIMARY KEY (campaign_id, hash)
) STRICT, WITHOUT ROWID;

ALTER TABLE campaigns ADD COLUMN commitment BLOB;  -- SHA-256 of the secret, published with the campaign
ALTER TABLE draws ADD COLUMN terms BLOB;           -- hash of those under which the list was sealed
ALTER TABLE draws ADD COLUMN draw_delay INTEGER NOT NULL DEFAULT 0;  -- as sealed, in seconds

CREATE TRIGGER campaigns_are_not_replaced BEFORE INSERT ON campaigns
WHEN EXISTS (SELECT 1 FROM campaigns WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a campaign is not replaced'); END;
CREATE TRIGGER campaigns_go_by_their_slug BEFORE DELETE ON campaigns WHEN OLD.slug IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a campaign that has its slug is not deleted'); END;
CREATE TRIGGER campaigns_keep_their_slug BEFORE UPDATE OF id, slug ON campaigns
WHEN NEW.id IS NOT OLD.id OR (NEW.slug IS NOT OLD.slug AND (OLD.slug IS NULL OR NEW.slug IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'the slug of a campaign does not change'); END;
CREATE TRIGGER campaigns_keep_their_secret BEFORE UPDATE OF secret, commitment ON campaigns
WHEN (OLD.secret IS NOT NULL AND NEW.secret IS NOT OLD.secret)
  OR (OLD.commitment IS NOT NULL AND NEW.commitment IS NOT OLD.commitment)
BEGIN SELECT RAISE(ABORT, 'secret and commitment do not change'); END;
CREATE TRIGGER campaigns_keep_their_value BEFORE UPDATE OF beacon_value ON campaigns
WHEN OLD.beacon_value IS NOT NULL AND NEW.beacon_value IS NOT OLD.beacon_value
BEGIN SELECT RAISE(ABORT, 'the value of a beacon does not change'); END;
CREATE TRIGGER campaigns_stay_stopped BEFORE UPDATE OF finishing_at ON campaigns
WHEN NEW.finishing_at IS NOT OLD.finishing_at AND EXISTS (SELECT 1 FROM draws WHERE campaign_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'a list that is sealed stays stopped'); END;
CREATE TRIGGER campaigns_stay_finished BEFORE UPDATE OF finished_at ON campaigns
WHEN OLD.finished_at IS NOT NULL AND NEW.finished_at IS NOT OLD.finished_at
BEGIN SELECT RAISE(ABORT, 'there is no second draw'); END;

CREATE TRIGGER terms_follow_each_other BEFORE INSERT ON terms
WHEN NEW.version IS NOT (SELECT ifnull(max(version), 0) + 1 FROM terms WHERE campaign_id = NEW.campaign_id)
  OR EXISTS (SELECT 1 FROM draws WHERE campaign_id = NEW.campaign_id AND root IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'terms have one version after the other, until the list is sealed'); END;
CREATE TRIGGER terms_stay BEFORE UPDATE ON terms
BEGIN SELECT RAISE(ABORT, 'terms do not change'); END;
CREATE TRIGGER terms_go_with_the_campaign BEFORE DELETE ON terms
WHEN (SELECT slug FROM campaigns WHERE id = OLD.campaign_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'terms go with their campaign'); END;

CREATE TRIGGER rules_stay BEFORE UPDATE ON rules
BEGIN SELECT RAISE(ABORT, 'rules do not change'); END;
CREATE TRIGGER rules_are_not_replaced BEFORE INSERT ON rules
WHEN EXISTS (SELECT 1 FROM rules WHERE campaign_id = NEW.campaign_id AND hash = NEW.hash AND text IS NOT NEW.text)
BEGIN SELECT RAISE(ABORT, 'rules do not change'); END;
CREATE TRIGGER rules_go_with_the_campaign BEFORE DELETE ON rules
WHEN (SELECT slug FROM campaigns WHERE id = OLD.campaign_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'rules go with their campaign'); END;

CREATE TRIGGER draws_are_sealed_once BEFORE INSERT ON draws
WHEN EXISTS (SELECT 1 FROM draws WHERE campaign_id = NEW.campaign_id)
BEGIN SELECT RAISE(ABORT, 'a list is sealed once'); END;
CREATE TRIGGER draws_keep_their_seal BEFORE UPDATE ON draws
WHEN NEW.campaign_id IS NOT OLD.campaign_id OR NEW.entrants IS NOT OLD.entrants
  OR NEW.winners IS NOT OLD.winners OR NEW.alternates IS NOT OLD.alternates OR NEW.root IS NOT OLD.root
  OR NEW.sealed_at IS NOT OLD.sealed_at OR NEW.beacon IS NOT OLD.beacon OR NEW.excluded IS NOT OLD.excluded
  OR NEW.disqualified IS NOT OLD.disqualified OR NEW.terms IS NOT OLD.terms
  OR NEW.draw_delay IS NOT OLD.draw_delay
BEGIN SELECT RAISE(ABORT, 'a seal does not change'); END;
CREATE TRIGGER draws_keep_their_result BEFORE UPDATE ON draws
WHEN (OLD.value IS NOT NULL OR OLD.seed IS NOT NULL)
 AND (NEW.value IS NOT OLD.value OR NEW.seed IS NOT OLD.seed OR NEW.signature IS NOT OLD.signature
      OR NEW.previous_signature IS NOT OLD.previous_signature)
BEGIN SELECT RAISE(ABORT, 'value and seed of a draw do not change'); END;
CREATE TRIGGER draws_go_with_the_campaign BEFORE DELETE ON draws
WHEN (SELECT slug FROM campaigns WHERE id = OLD.campaign_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a draw goes with its campaign'); END;

CREATE TRIGGER drawn_once BEFORE INSERT ON drawn
WHEN (SELECT finished_at FROM campaigns WHERE id = NEW.campaign_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'there is no second draw'); END;
CREATE TRIGGER drawn_stay BEFORE UPDATE OF campaign_id, position, role, ticket, subscriber_id, entrant ON drawn
BEGIN SELECT RAISE(ABORT, 'who was drawn does not change'); END;
CREATE TRIGGER drawn_stay_claimed BEFORE UPDATE OF claimed_at ON drawn
WHEN OLD.claimed_at IS NOT NULL AND NEW.claimed_at IS NOT OLD.claimed_at
BEGIN SELECT RAISE(ABORT, 'a prize is claimed once'); END;
CREATE TRIGGER drawn_go_with_the_campaign BEFORE DELETE ON drawn
WHEN (SELECT slug FROM campaigns WHERE id = OLD.campaign_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'who was drawn goes with the campaign'); END;

CREATE TRIGGER draw_events_follow_each_other BEFORE INSERT ON draw_events
WHEN NEW.number IS NOT (SELECT ifnull(max(number), 0) + 1 FROM draw_events WHERE campaign_id = NEW.campaign_id)
  OR NEW.at < (SELECT ifnull(max(at), NEW.at) FROM draw_events WHERE campaign_id = NEW.campaign_id)
BEGIN SELECT RAISE(ABORT, 'events follow each other'); END;
CREATE TRIGGER draw_events_stay BEFORE UPDATE ON draw_events
BEGIN SELECT RAISE(ABORT, 'events do not change'); END;
CREATE TRIGGER draw_events_go_with_the_campaign BEFORE DELETE ON draw_events
WHEN (SELECT slug FROM campaigns WHERE id = OLD.campaign_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'events go with their campaign'); END;

CREATE TRIGGER entrants_come_before_the_seal BEFORE INSERT ON entrant_chunks
WHEN EXISTS (SELECT 1 FROM draws WHERE campaign_id = NEW.campaign_id)
BEGIN SELECT RAISE(ABORT, 'a list that is sealed does not change'); END;
CREATE TRIGGER entrants_stay BEFORE UPDATE ON entrant_chunks
BEGIN SELECT RAISE(ABORT, 'entrants do not change'); END;
CREATE TRIGGER entrants_go_with_the_campaign BEFORE DELETE ON entrant_chunks
WHEN EXISTS (SELECT 1 FROM draws WHERE campaign_id = OLD.campaign_id)
 AND (SELECT slug FROM campaigns WHERE id = OLD.campaign_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a list that is sealed does not change'); END;
