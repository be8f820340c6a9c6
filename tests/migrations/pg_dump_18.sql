--
-- PostgreSQL database dump
--

\restrict X5NtWRyIrbeSG9qTbQdcTJ2M1mxDQd6aCjdsgRxd9vZOVOsDXXfFKbfGHdMn9Dm

-- Dumped from database version 18.6
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: shop; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA shop;


ALTER SCHEMA shop OWNER TO postgres;

--
-- Name: total(integer); Type: FUNCTION; Schema: shop; Owner: postgres
--

CREATE FUNCTION shop.total(n integer) RETURNS numeric
    LANGUAGE plpgsql
    AS $$ begin return (select sum(amount) from shop.orders where id<=n); end $$;


ALTER FUNCTION shop.total(n integer) OWNER TO postgres;

--
-- Name: two(); Type: FUNCTION; Schema: shop; Owner: postgres
--

CREATE FUNCTION shop.two() RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT 1;
 SELECT 2;
END;


ALTER FUNCTION shop.two() OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: orders; Type: TABLE; Schema: shop; Owner: postgres
--

CREATE TABLE shop.orders (
    id integer NOT NULL,
    amount numeric,
    note text
);


ALTER TABLE shop.orders OWNER TO postgres;

--
-- Name: TABLE orders; Type: COMMENT; Schema: shop; Owner: postgres
--

COMMENT ON TABLE shop.orders IS 'with; semicolon';


--
-- Name: big; Type: VIEW; Schema: shop; Owner: postgres
--

CREATE VIEW shop.big AS
 SELECT id,
    amount,
    note
   FROM shop.orders
  WHERE (amount > (15)::numeric);


ALTER VIEW shop.big OWNER TO postgres;

--
-- Name: empty; Type: TABLE; Schema: shop; Owner: postgres
--

CREATE TABLE shop.empty (
    a integer
);


ALTER TABLE shop.empty OWNER TO postgres;

--
-- Data for Name: empty; Type: TABLE DATA; Schema: shop; Owner: postgres
--

COPY shop.empty (a) FROM stdin;
\.


--
-- Data for Name: orders; Type: TABLE DATA; Schema: shop; Owner: postgres
--

COPY shop.orders (id, amount, note) FROM stdin;
1	10	\N
2	20	a\tb\nc \\. é
3	30	it's; \\.
\.


--
-- Name: orders orders_pkey; Type: CONSTRAINT; Schema: shop; Owner: postgres
--

ALTER TABLE ONLY shop.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);


--
-- Name: orders_amount_idx; Type: INDEX; Schema: shop; Owner: postgres
--

CREATE INDEX orders_amount_idx ON shop.orders USING btree (amount);


--
-- PostgreSQL database dump complete
--

\unrestrict X5NtWRyIrbeSG9qTbQdcTJ2M1mxDQd6aCjdsgRxd9vZOVOsDXXfFKbfGHdMn9Dm

