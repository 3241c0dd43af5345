CREATE DATABASE IF NOT EXISTS reporting;

CREATE TABLE IF NOT EXISTS customers (
    id   integer PRIMARY KEY,
    name varchar(100) NOT NULL,
    city varchar(100) NOT NULL
);

CREATE TABLE IF NOT EXISTS orders (
    id           bigint AUTO_INCREMENT PRIMARY KEY,
    reference    char(36)       NOT NULL,
    customer_id  integer        NOT NULL,
    status       varchar(20)    NOT NULL,
    version      integer        NOT NULL DEFAULT 1,
    items        json           NOT NULL,
    total        decimal(10, 2) NOT NULL,
    express      boolean        NOT NULL,
    delivery_day date,
    details      json           NOT NULL,
    gift_note    text,
    placed_at    timestamp(6)   NOT NULL DEFAULT current_timestamp(6),
    KEY orders_status (status, id),
    FOREIGN KEY (customer_id) REFERENCES customers (id)
);

-- The read model: written by the listener alone, never captured.
CREATE TABLE IF NOT EXISTS reporting.order_summary (
    id           bigint PRIMARY KEY,
    reference    char(36)       NOT NULL,
    customer_id  integer        NOT NULL,
    status       varchar(20)    NOT NULL,
    version      integer        NOT NULL,
    items        json           NOT NULL,
    total        decimal(10, 2) NOT NULL,
    express      boolean        NOT NULL,
    delivery_day date,
    details      json           NOT NULL,
    gift_note    text,
    placed_at    timestamp(6)   NOT NULL DEFAULT current_timestamp(6)
);
