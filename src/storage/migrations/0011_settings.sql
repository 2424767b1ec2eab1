-- What an organiser decides becomes one JSON object, so that another option is no other column:
-- domain/stored_settings.h says what is in it. aliases stays a column besides, because the write of
-- each sign-up reads it, and would have to parse all of the object for it. No constraint looks into
-- the object: with trusted_schema=OFF SQLite lets no schema use its JSON functions.
ALTER TABLE campaigns ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';

UPDATE campaigns SET settings = json_object(
  'name', name,
  'description', description,
  'admin_email', admin_email,
  'locale', locale,
  'time_zone', time_zone,
  'opens_at', opens_at,
  'closes_at', closes_at,
  'winners', winners,
  'alternates', alternates,
  'verification', verification,
  'duplicates', duplicates,
  'aliases', aliases,
  'token_ttl', token_ttl,
  'beacon', json(beacon),
  'draw_delay', draw_delay,
  'claim_within', claim_within,
  'witnesses', json(witnesses),
  'exclusions', json(exclusions),
  'notify_not_drawn', json(CASE WHEN notify_not_drawn THEN 'true' ELSE 'false' END),
  'templates', json(templates));

ALTER TABLE campaigns DROP COLUMN name;
ALTER TABLE campaigns DROP COLUMN description;
ALTER TABLE campaigns DROP COLUMN admin_email;
ALTER TABLE campaigns DROP COLUMN locale;
ALTER TABLE campaigns DROP COLUMN time_zone;
ALTER TABLE campaigns DROP COLUMN opens_at;
ALTER TABLE campaigns DROP COLUMN closes_at;
ALTER TABLE campaigns DROP COLUMN winners;
ALTER TABLE campaigns DROP COLUMN alternates;
ALTER TABLE campaigns DROP COLUMN verification;
ALTER TABLE campaigns DROP COLUMN duplicates;
ALTER TABLE campaigns DROP COLUMN token_ttl;
ALTER TABLE campaigns DROP COLUMN beacon;
ALTER TABLE campaigns DROP COLUMN draw_delay;
ALTER TABLE campaigns DROP COLUMN claim_within;
ALTER TABLE campaigns DROP COLUMN witnesses;
ALTER TABLE campaigns DROP COLUMN exclusions;
ALTER TABLE campaigns DROP COLUMN notify_not_drawn;
ALTER TABLE campaigns DROP COLUMN templates;
