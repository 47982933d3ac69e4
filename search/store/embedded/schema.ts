/**
 * Version of everything on disk below the store folder. A newer one is refused, an older one migrated. What an identifier
 * is (`model/keys.ts`) is a part of it: rows of another rule would be passed over for what they do not say they hold.
 */
export const STORE_VERSION = 3

/** Before the first release: rows of 1 do not say which identifiers they hold, those of 2 know no serial numbers. */
export const OLDEST_VERSION = 3

/** Counts of one source, in the order that ledger-table.ts writes. */
const LEDGER_COLUMNS = `
  source VARCHAR PRIMARY KEY,
  received BIGINT NOT NULL,
  stored BIGINT NOT NULL,
  deduplicated BIGINT NOT NULL,
  unparsed BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  dead_lettered BIGINT NOT NULL,
  lost BIGINT NOT NULL,
  watermark BIGINT,
  last_received BIGINT
`

/**
 * Tables of one partition file: the records received on one UTC day. `pos` is a row's place in the file:
 * rows of one commit stand by template, and blocks are runs of places. Times are kept by their parts: most
 * sources know no finer than seconds or milliseconds, and parts that are always 0 take no room. `entity`
 * is 0 where a record names none, else one more than the number of its id. `key_1` to `key_4` are the numbers of
 * the numbered identifiers of a row (key-columns.ts, key-names.ts). Rows of `tally_tiles` stand for many of `logs`, those
 * before the place `end_pos` (tally-table.ts).
 */
export const PARTITION_TABLES = (database: string): string => `
CREATE TABLE IF NOT EXISTS ${database}.logs (
  pos BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  second BIGINT NOT NULL,
  ms USMALLINT NOT NULL,
  us USMALLINT NOT NULL,
  time BIGINT GENERATED ALWAYS AS (second * 1000000 + ms::BIGINT * 1000 + us) VIRTUAL,
  time_ns USMALLINT NOT NULL,
  received_ms BIGINT NOT NULL,
  received_us USMALLINT NOT NULL,
  received BIGINT GENERATED ALWAYS AS (received_ms * 1000 + received_us) VIRTUAL,
  severity UTINYINT NOT NULL,
  entity UINTEGER NOT NULL,
  stream UINTEGER NOT NULL,
  shape UINTEGER NOT NULL,
  template UINTEGER NOT NULL,
  key_1 UINTEGER NOT NULL,
  key_2 UINTEGER NOT NULL,
  key_3 UINTEGER NOT NULL,
  key_4 UINTEGER NOT NULL,
  variables VARCHAR NOT NULL USING COMPRESSION zstd,
  vals VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS ${database}.tally_tiles (
  end_pos BIGINT NOT NULL,
  seconds UINTEGER NOT NULL,
  first_slot BIGINT NOT NULL,
  last_slot BIGINT NOT NULL,
  packed BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS ${database}.verbatim (seq BIGINT NOT NULL, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.blocks (
  first_pos BIGINT NOT NULL,
  rows BIGINT NOT NULL,
  min_time BIGINT NOT NULL,
  max_time BIGINT NOT NULL,
  accented BIGINT NOT NULL,
  templates BLOB NOT NULL,
  starts BLOB NOT NULL,
  granules BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS ${database}.segments (
  first_pos BIGINT NOT NULL,
  file_offset BIGINT NOT NULL,
  file_end BIGINT NOT NULL,
  page_ends BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS ${database}.entity_ids (id UINTEGER NOT NULL, descriptor VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.streams (id UINTEGER NOT NULL, descriptor VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.shapes (id UINTEGER NOT NULL, descriptor VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.templates (id UINTEGER NOT NULL, hash VARCHAR NOT NULL, pattern BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.slot_words (template UINTEGER NOT NULL, word VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.key_names (id UINTEGER NOT NULL, descriptor VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.series (id UINTEGER NOT NULL, descriptor VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.points (
  series UINTEGER NOT NULL,
  time BIGINT NOT NULL,
  time_ns USMALLINT NOT NULL,
  value DOUBLE NOT NULL
);
CREATE TABLE IF NOT EXISTS ${database}.ledger (${LEDGER_COLUMNS});
CREATE TABLE IF NOT EXISTS ${database}.dead_letters (
  id VARCHAR PRIMARY KEY,
  received BIGINT NOT NULL,
  source VARCHAR NOT NULL,
  protocol VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS ${database}.origins (first_row BIGINT NOT NULL, node VARCHAR NOT NULL, sequence BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.retry_keys (chunk BIGINT NOT NULL, keys BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.file_ranges (file VARCHAR NOT NULL, ranges VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.position (
  node VARCHAR NOT NULL,
  segment BIGINT NOT NULL,
  byte_offset BIGINT NOT NULL,
  next_sequence BIGINT NOT NULL
);`

/** Tables of the state file: what does not belong to a day. */
export const STATE_TABLES = (database: string): string => `
CREATE TABLE IF NOT EXISTS ${database}.entities (id VARCHAR PRIMARY KEY, document VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.relations (key VARCHAR PRIMARY KEY, document VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.retired_days (day VARCHAR PRIMARY KEY);
CREATE TABLE IF NOT EXISTS ${database}.documents (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS ${database}.retired_ledger (${LEDGER_COLUMNS});`
