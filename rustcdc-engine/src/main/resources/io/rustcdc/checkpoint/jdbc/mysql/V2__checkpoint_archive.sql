CREATE TABLE IF NOT EXISTS ${prefix}checkpoint_archive (
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    source_name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    archived_at DATETIME(6) NOT NULL,
    checkpoint_json LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
    schemas_json LONGTEXT CHARACTER SET utf8mb4
) ENGINE = InnoDB;
