IF OBJECT_ID(N'${prefix}checkpoint_archive', N'U') IS NULL
CREATE TABLE ${prefix}checkpoint_archive (
    id bigint IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    source_name nvarchar(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
    archived_at datetime2(6) NOT NULL,
    checkpoint_json nvarchar(max) NOT NULL,
    schemas_json nvarchar(max) NULL
);
