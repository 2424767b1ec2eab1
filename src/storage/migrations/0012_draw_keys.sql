-- Draws of version 2: leaves follow from tickets and keys, and a round of drand is published with its signature.
-- No release ever published a draw of version 1. One that was drawn becomes a draw that published nothing; where
-- a list was sealed and not drawn, it is open again.
UPDATE campaigns SET finishing_at = NULL WHERE finished_at IS NULL AND id IN (SELECT campaign_id FROM draws);
DELETE FROM draws WHERE campaign_id IN (SELECT id FROM campaigns WHERE finished_at IS NULL);
UPDATE draws SET root = NULL, sealed_at = NULL;
DELETE FROM entrant_chunks;

ALTER TABLE entrant_chunks RENAME COLUMN leaves TO keys;  -- 32 bytes each
ALTER TABLE draws ADD COLUMN signature TEXT NOT NULL DEFAULT '';           -- of drand's round, hexadecimal
ALTER TABLE draws ADD COLUMN previous_signature TEXT NOT NULL DEFAULT '';  -- where rounds are chained
UPDATE draw_events SET kind = 'unclaimed' WHERE kind = 'not_claimed';
