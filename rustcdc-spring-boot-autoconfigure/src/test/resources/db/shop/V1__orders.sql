CREATE TYPE status AS ENUM ('NEW', 'PAID');
CREATE TABLE orders (id bigint PRIMARY KEY, customer_name text NOT NULL, total numeric(12,2) NOT NULL, status status NOT NULL DEFAULT 'NEW', paid_at timestamptz);
