-- Where a winner is mailed whose own address refused it. Not the subscriber's: the leaf is made of that one.
ALTER TABLE drawn ADD COLUMN corrected_email TEXT;
