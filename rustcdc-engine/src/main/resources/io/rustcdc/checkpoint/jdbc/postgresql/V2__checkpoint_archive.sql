CREATE TABLE IF NOT EXISTS ${prefix}checkpoint_archive (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_name varchar(100) NOT NULL,
    archived_at timestamptz NOT NULL,
    checkpoint_json text NOT NULL,
    schemas_json text
);
