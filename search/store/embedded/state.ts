import { relationKey, type Entity, type Relation } from '../../../model/entity.ts'
import type { LedgerEntry } from '../ledger.ts'
import { sqlText, type Engine } from './engine.ts'
import { LedgerTable } from './ledger-table.ts'
import { STATE_TABLES } from './schema.ts'

/** DuckDB's name of the state file. */
const DATABASE = 'state'

/** What does not belong to a day: inventory, small documents, the ledger of days that are gone. */
export class StateFile {
  readonly ledger: LedgerTable
  readonly #engine: Engine
  readonly #entities = new Map<string, Entity>()
  readonly #relations = new Map<string, Relation>()

  private constructor(engine: Engine) {
    this.#engine = engine
    this.ledger = new LedgerTable(engine, `${DATABASE}.retired_ledger`)
  }

  static async open(engine: Engine, path: string): Promise<StateFile> {
    const file = new StateFile(engine)
    await engine.attach(path, DATABASE)
    await engine.run(STATE_TABLES(DATABASE))
    await file.#load()
    return file
  }

  get entities(): Entity[] {
    return [...this.#entities.values()]
  }

  get relations(): Relation[] {
    return [...this.#relations.values()]
  }

  async putEntities(entities: readonly Entity[]): Promise<void> {
    const latest = new Map(entities.map((entity) => [entity.id, entity]))
    await this.#upsert(
      'entities',
      'document',
      [...latest].map(([id, entity]) => [id, JSON.stringify(entity)]),
    )
    for (const [id, entity] of latest) this.#entities.set(id, entity)
  }

  async putRelations(relations: readonly Relation[]): Promise<void> {
    const latest = new Map(relations.map((relation) => [relationKey(relation), relation]))
    await this.#upsert(
      'relations',
      'document',
      [...latest].map(([key, relation]) => [key, JSON.stringify(relation)]),
    )
    for (const [key, relation] of latest) this.#relations.set(key, relation)
  }

  async getDocument(key: string): Promise<string | undefined> {
    const rows = await this.#engine.query(
      `SELECT value FROM ${DATABASE}.documents WHERE key = ${sqlText(key)}`,
    )
    return rows.rows === 0 ? undefined : rows.text(0, 0)
  }

  async documents(): Promise<Map<string, string>> {
    const rows = await this.#engine.query(
      `SELECT key, value FROM ${DATABASE}.documents ORDER BY key`,
    )
    return new Map(
      Array.from({ length: rows.rows }, (_, row) => [rows.text(0, row), rows.text(1, row)]),
    )
  }

  async putDocument(key: string, value: string): Promise<void> {
    await this.#upsert('documents', 'value', [[key, value]])
  }

  /**
   * Takes over the ledger of a day whose file is about to be deleted. The day is noted in the same
   * transaction: a crash before the deletion must not count it twice.
   */
  async retireDay(day: string, entries: ReadonlyMap<string, LedgerEntry>): Promise<void> {
    await this.#engine.transaction(async () => {
      await this.ledger.writeEntries(entries)
      await this.#engine.run(`INSERT INTO ${DATABASE}.retired_days VALUES (${sqlText(day)})`)
    })
    this.ledger.adoptEntries(entries)
  }

  /** Days whose files must not be opened again: they are to be deleted. */
  async retiredDays(): Promise<Set<string>> {
    const rows = await this.#engine.query(`SELECT day FROM ${DATABASE}.retired_days`)
    return new Set(Array.from({ length: rows.rows }, (_, row) => rows.text(0, row)))
  }

  async detach(): Promise<void> {
    await this.#engine.detach(DATABASE)
  }

  async #upsert(
    table: 'entities' | 'relations' | 'documents',
    column: 'document' | 'value',
    rows: readonly (readonly [key: string, value: string])[],
  ): Promise<void> {
    if (rows.length === 0) return
    const values = rows.map(([key, value]) => `(${sqlText(key)}, ${sqlText(value)})`).join(', ')
    const key = table === 'entities' ? 'id' : 'key'
    await this.#engine.run(
      `INSERT INTO ${DATABASE}.${table} VALUES ${values}
       ON CONFLICT (${key}) DO UPDATE SET ${column} = excluded.${column}`,
    )
  }

  async #load(): Promise<void> {
    await this.ledger.load()
    const entities = await this.#engine.query(`SELECT id, document FROM ${DATABASE}.entities`)
    for (let row = 0; row < entities.rows; row++) {
      this.#entities.set(entities.text(0, row), JSON.parse(entities.text(1, row)) as Entity)
    }
    const relations = await this.#engine.query(`SELECT key, document FROM ${DATABASE}.relations`)
    for (let row = 0; row < relations.rows; row++) {
      this.#relations.set(relations.text(0, row), JSON.parse(relations.text(1, row)) as Relation)
    }
  }
}
