-- Whose mail a job is, as the order of mails counts clients: a mail that waited for its time, or was
-- refused for now, takes its client's next turn. 0: of nobody, and the priority stays.
ALTER TABLE jobs ADD COLUMN flow INTEGER NOT NULL DEFAULT 0;
