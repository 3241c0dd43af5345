CREATE TABLE IF NOT EXISTS ${prefix}checkpoint (
    source_name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY,
    token BIGINT NOT NULL,
    version BIGINT NOT NULL,
    checkpoint_json LONGTEXT CHARACTER SET utf8mb4,
    schemas_json LONGTEXT CHARACTER SET utf8mb4,
    saved_at DATETIME(6),
    db_session BIGINT
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS ${prefix}lease (
    source_name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY,
    token BIGINT NOT NULL,
    owner VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    expires_at DATETIME(6) NOT NULL,
    wish VARCHAR(10) NOT NULL DEFAULT 'RUN',
    wished_at DATETIME(6),
    wished_by VARCHAR(200) CHARACTER SET utf8mb4
) ENGINE = InnoDB;
