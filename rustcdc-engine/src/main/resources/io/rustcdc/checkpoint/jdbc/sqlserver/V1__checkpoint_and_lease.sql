IF OBJECT_ID(N'${prefix}checkpoint', N'U') IS NULL
CREATE TABLE ${prefix}checkpoint (
    source_name nvarchar(100) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    token bigint NOT NULL,
    version bigint NOT NULL,
    checkpoint_json nvarchar(max) NULL,
    schemas_json nvarchar(max) NULL,
    saved_at datetime2(6) NULL,
    db_session bigint NULL
);

IF OBJECT_ID(N'${prefix}lease', N'U') IS NULL
CREATE TABLE ${prefix}lease (
    source_name nvarchar(100) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    token bigint NOT NULL,
    owner nvarchar(300) COLLATE Latin1_General_100_BIN2 NULL,
    expires_at datetime2(6) NOT NULL,
    wish nvarchar(10) NOT NULL DEFAULT N'RUN',
    wished_at datetime2(6) NULL,
    wished_by nvarchar(200) NULL
);
