-- The unique index over addresses cost each sign-up a page at random. Its place is taken by a table of
-- short hashes that is filled in sorted order, some time later, and by the writer, who sees to it that
-- no address is twice in a campaign (address_index.h).
DROP INDEX subscribers_of_campaign;
DROP INDEX tickets;
ALTER TABLE subscribers RENAME TO former_subscribers;

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
  CHECK ((verified_at IS NULL) = (ticket IS NULL))
) STRICT;

INSERT INTO subscribers SELECT * FROM former_subscribers;
-- Numbers of subscribers who are gone must not come again: tokens are made of them.
DELETE FROM sqlite_sequence WHERE name = 'subscribers';
UPDATE sqlite_sequence SET name = 'subscribers' WHERE name = 'former_subscribers';
DROP TABLE former_subscribers;

CREATE INDEX subscribers_of_campaign ON subscribers (campaign_id);
CREATE UNIQUE INDEX tickets ON subscribers (campaign_id, ticket) WHERE ticket IS NOT NULL;

-- Of subscribers with an address, up to the id in settings.addresses_indexed.
CREATE TABLE addresses (
  hash          INTEGER NOT NULL,        -- 32 bits of SipHash-2-4 of email_key under settings.address_key
  subscriber_id INTEGER NOT NULL,
  PRIMARY KEY (hash, subscriber_id)
) STRICT, WITHOUT ROWID;
