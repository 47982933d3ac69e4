import {
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTypeId,
  type DuckDBConnection,
  type DuckDBMaterializedResult,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import { AppError, messageOf } from '../../../model/errors.ts'
import type { QueryContext } from '../store.ts'

/** Rows a DuckDB vector holds. */
const VECTOR_SIZE = 2048
const DEFAULT_TIMEOUT_MS = 30_000

const encoder = new TextEncoder()

export interface EngineOptions {
  /** DuckDB's worker threads; the store thread itself is not among them. */
  readonly threads: number
  /** DuckDB's own bound, in its words: `1GB`. */
  readonly memoryLimit: string
  /** Where sorts and hash tables spill. */
  readonly tempFolder: string
}

/**
 * Bytes of a block of a database file. A column of a row group begins a block of its own unless it is small, so large
 * blocks end in waste: 2 B a line at DuckDB's usual 262,144.
 */
const BLOCK_BYTES = 65_536

/** One column of an append: DuckDB's type and as many values as the append has rows. */
export type AppendColumn =
  | {
      readonly type: DuckDBType
      readonly numbers: Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array
    }
  /** Whole numbers of magnitude below 2^53, written as BIGINT. */
  | { readonly type: DuckDBType; readonly bigints: Float64Array }
  | { readonly type: DuckDBType; readonly strings: readonly string[] }
  | { readonly type: DuckDBType; readonly blobs: readonly Uint8Array[] }

/** What a table in memory holds: the answer of a query, or columns of so many values. */
export type ListRows =
  | { readonly select: string }
  | {
      readonly columns: readonly (AppendColumn & { readonly name: string })[]
      readonly count: number
    }

/**
 * The one DuckDB instance of a process (a second one on the same file silently loses rows) and its
 * connections: one writer, and readers borrowed per query.
 */
export class Engine {
  readonly writer: DuckDBConnection
  readonly #instance: DuckDBInstance
  readonly #idle: DuckDBConnection[] = []
  #lists = 0

  private constructor(instance: DuckDBInstance, writer: DuckDBConnection) {
    this.#instance = instance
    this.writer = writer
  }

  static async open(options: EngineOptions): Promise<Engine> {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(options.threads),
      memory_limit: options.memoryLimit,
      temp_directory: options.tempFolder,
      preserve_insertion_order: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      wal_autocheckpoint: '64MB',
      // Bits of a key that DuckDB counts in an array instead of a hash table: 16 MB for the largest.
      perfect_ht_threshold: '20',
    })
    return new Engine(instance, await instance.connect())
  }

  /** Attaches a database file under a name. Throws `data_locked` when another process holds it. */
  async attach(path: string, name: string): Promise<void> {
    try {
      await this.writer.run(
        `ATTACH '${escapeLiteral(path)}' AS ${name} (STORAGE_VERSION 'latest', BLOCK_SIZE ${BLOCK_BYTES})`,
      )
    } catch (cause) {
      throw openError(path, cause)
    }
  }

  async detach(name: string): Promise<void> {
    await this.writer.run(`DETACH ${name}`)
  }

  /** Runs statements on the writer. */
  async run(sql: string, values?: DuckDBValue[]): Promise<void> {
    await this.writer.run(sql, values)
  }

  /** Runs a query on the writer: it sees what the writer's open transaction has written. */
  async queryOwn(sql: string): Promise<Columns> {
    return Columns.of(await this.writer.run(sql))
  }

  /** Runs the writer's work as one transaction: all of it, or none and the error. */
  async transaction(work: () => Promise<void>): Promise<void> {
    await this.run('BEGIN')
    try {
      await work()
      await this.run('COMMIT')
    } catch (error) {
      await this.run('ROLLBACK').catch(() => {
        // DuckDB has already rolled back when the commit itself failed; the first error is the one to tell.
      })
      throw error
    }
  }

  /** Runs one query on a reader and answers its rows by column. Interrupted by the context. */
  async query(sql: string, context: QueryContext = {}): Promise<Columns> {
    return this.withReader(context, async (reader) => Columns.of(await reader.run(sql)))
  }

  /** Lends a reader; the context's signal and budget interrupt whatever runs on it. */
  async withReader<T>(
    context: QueryContext,
    use: (reader: DuckDBConnection) => Promise<T>,
  ): Promise<T> {
    if (context.signal?.aborted === true) throw new AppError('cancelled', 'the query was cancelled')
    const reader = this.#idle.pop() ?? (await this.#instance.connect())
    const timeoutMs = context.timeoutMs ?? DEFAULT_TIMEOUT_MS
    let outOfTime = false
    const interrupt = (): void => reader.interrupt()
    const timer = setTimeout(() => {
      outOfTime = true
      interrupt()
    }, timeoutMs)
    context.signal?.addEventListener('abort', interrupt)
    try {
      return await use(reader)
    } catch (cause) {
      if (outOfTime) {
        const hint = 'narrow the time range, add a rarer word, or raise timeoutMs'
        throw new AppError('budget_exceeded', `the query did not finish in ${timeoutMs} ms`, {
          cause,
          hint,
        })
      }
      if (context.signal?.aborted)
        throw new AppError('cancelled', 'the query was cancelled', { cause })
      if (/Out of Memory/i.test(messageOf(cause))) {
        throw new AppError(
          'budget_exceeded',
          'the query needed more memory than the store may use',
          {
            cause,
            hint: 'narrow the time range or group by fewer values',
          },
        )
      }
      throw cause
    } finally {
      clearTimeout(timer)
      context.signal?.removeEventListener('abort', interrupt)
      this.#idle.push(reader)
    }
  }

  /**
   * Appends rows to a table inside the caller's transaction, column by column. `columns` follow the
   * table's order.
   */
  append(
    database: string,
    table: string,
    columns: readonly AppendColumn[],
    rows: number,
  ): Promise<void> {
    return appendColumns(this.writer, database, table, columns, rows)
  }

  /** Makes a table in memory; answers its name. */
  async createList(rows: ListRows): Promise<string> {
    const name = `list_${++this.#lists}`
    const table = `memory.main.${name}`
    await this.withReader({}, async (connection) => {
      if ('select' in rows) {
        await connection.run(`CREATE TABLE ${table} AS ${rows.select}`)
        return
      }
      const { columns, count } = rows
      const types = columns.map((column) => `${column.name} ${column.type.toString()}`)
      await connection.run(`CREATE TABLE ${table} (${types.join(', ')})`)
      await appendColumns(connection, 'memory', name, columns, count)
    })
    return table
  }

  async dropList(table: string): Promise<void> {
    await this.withReader({}, (reader) => reader.run(`DROP TABLE ${table}`))
  }

  close(): void {
    for (const reader of this.#idle) reader.closeSync()
    this.writer.closeSync()
    this.#instance.closeSync()
  }
}

async function appendColumns(
  connection: DuckDBConnection,
  database: string,
  table: string,
  columns: readonly AppendColumn[],
  rows: number,
): Promise<void> {
  const types = columns.map((column) => column.type)
  const appender = await connection.createAppender(table, 'main', database)
  const scratch = new Uint32Array(VECTOR_SIZE * 2)
  try {
    for (let start = 0; start < rows; start += VECTOR_SIZE) {
      const count = Math.min(VECTOR_SIZE, rows - start)
      const chunk = DuckDBDataChunk.create(types, count)
      columns.forEach((column, index) => {
        writeVector(duckdb.data_chunk_get_vector(chunk.chunk, index), column, start, count, scratch)
      })
      appender.appendDataChunk(chunk)
    }
  } finally {
    appender.closeSync()
  }
}

function writeVector(
  vector: duckdb.Vector,
  column: AppendColumn,
  start: number,
  count: number,
  scratch: Uint32Array,
): void {
  if ('numbers' in column) {
    const { buffer, byteOffset, BYTES_PER_ELEMENT: width } = column.numbers
    duckdb.copy_data_to_vector(
      vector,
      0,
      buffer as ArrayBuffer,
      byteOffset + start * width,
      count * width,
    )
  } else if ('bigints' in column) {
    for (let i = 0; i < count; i++) {
      const value = column.bigints[start + i]!
      scratch[i * 2] = value >>> 0
      scratch[i * 2 + 1] = Math.floor(value / 4_294_967_296)
    }
    duckdb.copy_data_to_vector(vector, 0, scratch.buffer as ArrayBuffer, 0, count * 8)
  } else if ('strings' in column) {
    for (let i = 0; i < count; i++) {
      const text = column.strings[start + i]!
      // The short call ends a text at its first NUL.
      if (text.includes('\0'))
        duckdb.vector_assign_string_element_len(vector, i, encoder.encode(text))
      else duckdb.vector_assign_string_element(vector, i, text)
    }
  } else {
    for (let i = 0; i < count; i++) {
      duckdb.vector_assign_string_element_len(vector, i, column.blobs[start + i]!)
    }
  }
}

/** The values of one column: numbers packed where none is missing. */
type Values = Float64Array | readonly DuckDBValue[]

/** Reads a chunk's numbers of one type from its bytes. */
type ReadNumbers = (bytes: Uint8Array, rows: number) => ArrayLike<number>

const NUMBERS: ReadonlyMap<DuckDBTypeId, { readonly width: number; readonly read: ReadNumbers }> =
  new Map([
    [DuckDBTypeId.UTINYINT, { width: 1, read: (bytes) => bytes }],
    [
      DuckDBTypeId.USMALLINT,
      { width: 2, read: (bytes, rows) => new Uint16Array(bytes.buffer, bytes.byteOffset, rows) },
    ],
    [
      DuckDBTypeId.UINTEGER,
      { width: 4, read: (bytes, rows) => new Uint32Array(bytes.buffer, bytes.byteOffset, rows) },
    ],
    [
      DuckDBTypeId.INTEGER,
      { width: 4, read: (bytes, rows) => new Int32Array(bytes.buffer, bytes.byteOffset, rows) },
    ],
    [DuckDBTypeId.BIGINT, { width: 8, read: bigints }],
    [
      DuckDBTypeId.DOUBLE,
      { width: 8, read: (bytes, rows) => new Float64Array(bytes.buffer, bytes.byteOffset, rows) },
    ],
  ])

/** Whole numbers of magnitude below 2^53. */
function bigints(bytes: Uint8Array, rows: number): Float64Array {
  const low = new Uint32Array(bytes.buffer, bytes.byteOffset, 2 * rows)
  const high = new Int32Array(bytes.buffer, bytes.byteOffset, 2 * rows)
  const numbers = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    numbers[row] = high[2 * row + 1]! * 2 ** 32 + low[2 * row]!
  }
  return numbers
}

/** A query's answer by column; whole numbers must have been cast or fit 2^53. */
export class Columns {
  readonly rows: number
  readonly #columns: readonly Values[]

  private constructor(rows: number, columns: readonly Values[]) {
    this.rows = rows
    this.#columns = columns
  }

  static async of(result: DuckDBMaterializedResult): Promise<Columns> {
    const chunks: DuckDBDataChunk[] = []
    let rows = 0
    for (;;) {
      const chunk = await result.fetchChunk()
      if (chunk === null || chunk.rowCount === 0) break
      rows += chunk.rowCount
      chunks.push(chunk)
    }
    const columns = Array.from({ length: result.columnCount }, (_, column) =>
      valuesOf(chunks, column, rows, result.columnTypeId(column)),
    )
    return new Columns(rows, columns)
  }

  /** NULL as 0. */
  number(column: number, row: number): number {
    return Number(this.#columns[column]![row])
  }

  /** All numbers of a column. */
  numbers(column: number): Float64Array {
    const values = this.#columns[column]!
    return values instanceof Float64Array ? values : Float64Array.from(values, Number)
  }

  text(column: number, row: number): string {
    return this.#columns[column]![row] as string
  }

  bytes(column: number, row: number): Uint8Array {
    // A Buffer: plain bytes of their own survive the way to another thread as what they are.
    return new Uint8Array(this.buffer(column, row))
  }

  /** The same without a copy, for use in this thread. */
  buffer(column: number, row: number): Uint8Array {
    return (this.#columns[column]![row] as { readonly bytes: Uint8Array }).bytes
  }

  isNull(column: number, row: number): boolean {
    return this.#columns[column]![row] === null
  }

  /** A scalar as JSON knows it. */
  scalar(column: number, row: number): string | number | boolean | null {
    const value = this.#columns[column]![row]
    if (typeof value === 'bigint') return Number(value)
    if (value === null || value === undefined) return null
    return typeof value === 'object' ? String(value) : value
  }
}

function valuesOf(
  chunks: readonly DuckDBDataChunk[],
  column: number,
  rows: number,
  type: DuckDBTypeId,
): Values {
  const known = NUMBERS.get(type)
  const vectors = chunks.map(({ chunk, rowCount }) => ({
    vector: duckdb.data_chunk_get_vector(chunk, column),
    rowCount,
  }))
  if (known === undefined || vectors.some(({ vector, rowCount }) => hasNull(vector, rowCount))) {
    const values: DuckDBValue[] = []
    for (const chunk of chunks) {
      const vector = chunk.getColumnVector(column)
      const { rowCount } = chunk
      for (let row = 0; row < rowCount; row++) values.push(vector.getItem(row))
    }
    return values
  }
  const numbers = new Float64Array(rows)
  let at = 0
  for (const { vector, rowCount } of vectors) {
    const bytes = duckdb.vector_get_data(vector, rowCount * known.width)
    numbers.set(known.read(bytes, rowCount), at)
    at += rowCount
  }
  return numbers
}

/** A vector without a mask has all its values. */
function hasNull(vector: duckdb.Vector, rows: number): boolean {
  const mask = duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8) as Uint8Array | null
  if (mask === null) return false
  for (let row = 0; row < rows; row++) if (((mask[row >> 3]! >> (row & 7)) & 1) === 0) return true
  return false
}

/** Doubles the single quotes of a text that goes between single quotes in SQL. */
function escapeLiteral(text: string): string {
  return text.replaceAll("'", "''")
}

/** A text as an SQL literal. NUL cannot stand in one, so such text goes by code points. */
export function sqlText(text: string): string {
  if (!text.includes('\0')) return `'${escapeLiteral(text)}'`
  return text
    .split('\0')
    .map((part) => `'${escapeLiteral(part)}'`)
    .join(' || chr(0) || ')
}

/** Why a database file of a data folder cannot be opened, as an error that says what to do. */
export function openError(path: string, cause: unknown): AppError {
  const message = messageOf(cause)
  if (/could not set lock on file/i.test(message)) {
    const pid = /PID (\d+)/.exec(message)?.[1]
    const owner = pid === undefined ? 'another process' : `process ${pid}`
    return new AppError('data_locked', `cannot open ${path}: ${owner} is using this data folder`, {
      cause,
      hint: 'stop that process, or give this one its own folder with --data DIR',
    })
  }
  if (/permission denied|read-only/i.test(message)) {
    return new AppError('permission_denied', `cannot open ${path}: ${message}`, {
      cause,
      hint: 'make the data folder writable for this user, or choose another with --data DIR',
    })
  }
  return new AppError('storage_unavailable', `cannot open ${path}: ${message}`, { cause })
}
