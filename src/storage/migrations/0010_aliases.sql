-- Whether several names of one mailbox count once in a campaign (email_key is then the mailbox's).
ALTER TABLE campaigns ADD COLUMN aliases TEXT NOT NULL DEFAULT 'distinct'
  CHECK (aliases = 'distinct' OR aliases = 'merge');
