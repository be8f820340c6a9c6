BEGIN;
--
-- Add field placed_at to order
--
ALTER TABLE "orders_order" ADD COLUMN "placed_at" timestamp with time zone NULL;
CREATE INDEX "orders_order_placed_at_c2de8920" ON "orders_order" ("placed_at");
COMMIT;
