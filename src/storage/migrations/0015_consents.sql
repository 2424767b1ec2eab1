-- What subscribers consented to: which text, in which language, when. NULL: to nothing.
ALTER TABLE subscribers ADD COLUMN consents TEXT;
ALTER TABLE sign_up_variants ADD COLUMN consents TEXT;

-- The texts, each once, from before anybody can consent to it; they go with their campaign. A text that an organiser
-- changes is another text: as a proof it is of use only if the one that was shown can never be altered.
CREATE TABLE consent_texts (
  campaign_id INTEGER NOT NULL REFERENCES campaigns,
  hash        BLOB NOT NULL CHECK (length(hash) = 32),  -- SHA-256 of the text
  text        TEXT NOT NULL,
  PRIMARY KEY (campaign_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER consent_texts_stay BEFORE UPDATE ON consent_texts
BEGIN SELECT RAISE(ABORT, 'a text that was consented to does not change'); END;
CREATE TRIGGER consent_texts_are_not_replaced BEFORE INSERT ON consent_texts
WHEN EXISTS (SELECT 1 FROM consent_texts
             WHERE campaign_id = NEW.campaign_id AND hash = NEW.hash AND text IS NOT NEW.text)
BEGIN SELECT RAISE(ABORT, 'a text that was consented to does not change'); END;
CREATE TRIGGER consent_texts_go_with_the_campaign BEFORE DELETE ON consent_texts
WHEN (SELECT slug FROM campaigns WHERE id = OLD.campaign_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'texts that were consented to go with their campaign'); END;
