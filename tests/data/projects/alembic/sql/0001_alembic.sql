BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 1a2b3c4d5e6f

CREATE EXTENSION IF NOT EXISTS citext;

CREATE TABLE authors (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    email CITEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (email)
);

CREATE TABLE notes (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    author_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    tags TEXT[] DEFAULT '{}' NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(author_id) REFERENCES authors (id)
);

CREATE INDEX ix_notes_author_id ON notes (author_id);

INSERT INTO alembic_version (version_num) VALUES ('1a2b3c4d5e6f') RETURNING alembic_version.version_num;

-- Running upgrade 1a2b3c4d5e6f -> 2b3c4d5e6f70

ALTER TABLE notes ADD COLUMN pinned BOOLEAN DEFAULT false NOT NULL;

UPDATE alembic_version SET version_num='2b3c4d5e6f70' WHERE alembic_version.version_num = '1a2b3c4d5e6f';

COMMIT;

