CREATE TABLE IF NOT EXISTS ${prefix}checkpoint (
    source_name varchar(100) PRIMARY KEY,
    token bigint NOT NULL,
    version bigint NOT NULL,
    checkpoint_json text,
    schemas_json text,
    saved_at timestamptz,
    db_session bigint
);

CREATE TABLE IF NOT EXISTS ${prefix}lease (
    source_name varchar(100) PRIMARY KEY,
    token bigint NOT NULL,
    owner varchar(300),
    expires_at timestamptz NOT NULL,
    wish varchar(10) NOT NULL DEFAULT 'RUN',
    wished_at timestamptz,
    wished_by varchar(200)
);
