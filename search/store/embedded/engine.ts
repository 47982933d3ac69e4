import {
  DuckDBDataChunk,
  DuckDBInstance,
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

/** One column of an append: DuckDB's type and as many values as the append has rows. */
export type AppendColumn =
  | {
      readonly type: DuckDBType
      readonly numbers: Uint8Array | Uint16Array | Uint32Array | Float64Array
    }
  /** Whole numbers of magnitude below 2^53, written as BIGINT. */
  | { readonly type: DuckDBType; readonly bigints: Float64Array }
  | { readonly type: DuckDBType; readonly strings: readonly string[] }
  | { readonly type: DuckDBType; readonly blobs: readonly Uint8Array[] }

/**
 * The one DuckDB instance of a process (a second one on the same file silently loses rows) and its
 * connections: one writer, and readers borrowed per query.
 */
export class Engine {
  readonly writer: DuckDBConnection
  readonly #instance: DuckDBInstance
  readonly #idle: DuckDBConnection[] = []

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
    })
    return new Engine(instance, await instance.connect())
  }

  /** Attaches a database file under a name. Throws `data_locked` when another process holds it. */
  async attach(path: string, name: string): Promise<void> {
    try {
      await this.writer.run(`ATTACH '${escapeLiteral(path)}' AS ${name} (STORAGE_VERSION 'latest')`)
    } catch (cause) {
      throw attachError(path, cause)
    }
  }

  async detach(name: string): Promise<void> {
    await this.writer.run(`DETACH ${name}`)
  }

  /** Runs statements on the writer. */
  async run(sql: string, values?: DuckDBValue[]): Promise<void> {
    await this.writer.run(sql, values)
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

  /** Makes a table of one column, `value`, in memory. */
  async createList(table: string, column: AppendColumn, rows: number): Promise<void> {
    const connection = await this.#instance.connect()
    try {
      await connection.run(`CREATE TABLE memory.main.${table} (value ${column.type.toString()})`)
      await appendColumns(connection, 'memory', table, [column], rows)
    } finally {
      connection.closeSync()
    }
  }

  async dropList(table: string): Promise<void> {
    await this.withReader({}, (reader) => reader.run(`DROP TABLE memory.main.${table}`))
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

/** A query's answer by column; numbers as numbers (BIGINT must have been cast or fit 2^53). */
export class Columns {
  readonly rows: number
  readonly #columns: (readonly DuckDBValue[])[]

  private constructor(rows: number, columns: (readonly DuckDBValue[])[]) {
    this.rows = rows
    this.#columns = columns
  }

  static async of(result: DuckDBMaterializedResult): Promise<Columns> {
    const columns: DuckDBValue[][] = Array.from({ length: result.columnCount }, () => [])
    let rows = 0
    for (;;) {
      const chunk = await result.fetchChunk()
      const count = chunk?.rowCount ?? 0
      if (chunk === null || count === 0) break
      rows += count
      for (let c = 0; c < columns.length; c++) {
        const vector = chunk.getColumnVector(c)
        const into = columns[c]!
        for (let i = 0; i < count; i++) into.push(vector.getItem(i))
      }
    }
    return new Columns(rows, columns)
  }

  number(column: number, row: number): number {
    return Number(this.#columns[column]![row])
  }

  text(column: number, row: number): string {
    return this.#columns[column]![row] as string
  }

  bytes(column: number, row: number): Uint8Array {
    // A Buffer: plain bytes of their own survive the way to another thread as what they are.
    return new Uint8Array((this.#columns[column]![row] as { readonly bytes: Uint8Array }).bytes)
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

function attachError(path: string, cause: unknown): Error {
  const message = messageOf(cause)
  if (/lock/i.test(message)) {
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
