-- How many verification mails an address got lately whose subscriber has been erased: erasing must not
-- let it be mailed anew. Without the address, and for a day only.
CREATE TABLE erased_mails (
  id        INTEGER PRIMARY KEY,
  hash      INTEGER NOT NULL,            -- 64 bits of SipHash-2-4 of email_key under settings.address_key
  window_at INTEGER NOT NULL,            -- as the subscriber's mails_window_at
  mails     INTEGER NOT NULL             -- as the subscriber's mails_in_window
) STRICT;
CREATE INDEX erased_mails_of_address ON erased_mails (hash);
CREATE INDEX erased_mails_by_time ON erased_mails (window_at);
