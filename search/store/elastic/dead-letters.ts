import { createHash } from 'node:crypto'
import type { DeadLetter } from '../../../model/batch.ts'
import type { Write } from './bulk.ts'
import type { Reading } from './reading.ts'
import { Budget, scan } from './scan.ts'

interface Source {
  readonly id: string
  readonly letter: string
}

/** The letter as an action on the index of a day. */
export function letterAction(index: string, letter: DeadLetter): Write {
  const raw = Buffer.from(letter.raw).toString('base64')
  const document: Source = { id: letter.id, letter: JSON.stringify({ ...letter, raw }) }
  // Any text may be an id; Elasticsearch's are short.
  const id = createHash('sha256').update(letter.id).digest('hex')
  return { operation: 'create', index, id, document }
}

/** Letters by id, behind one. */
export async function readLetters(
  { connection, indices }: Reading,
  limit: number,
  after: string,
): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = []
  const request = {
    index: indices.allOf('letters'),
    query: { range: { id: { gt: after } } },
    sort: [{ id: { order: 'asc' } }],
    page: Math.min(limit, 1_000),
  }
  for await (const { _source } of scan<Source>(connection, request, new Budget({}))) {
    const { raw, ...rest } = JSON.parse(_source.letter) as Omit<DeadLetter, 'raw'> & { raw: string }
    letters.push({ ...rest, raw: Uint8Array.from(Buffer.from(raw, 'base64')) })
    if (letters.length === limit) break
  }
  return letters
}

/** Deletes letters; answers how many there were. */
export async function deleteLetters(
  { connection, indices }: Reading,
  ids: readonly string[],
): Promise<number> {
  const wanted = new Set(ids)
  const found: { _index: string; _id: string }[] = []
  const request = {
    index: indices.allOf('letters'),
    query: { terms: { id: [...wanted] } },
    sort: [{ id: { order: 'asc' } }],
    page: 1_000,
    fetch: { _source: false },
  }
  for await (const { _index, _id } of scan(connection, request, new Budget({}))) {
    found.push({ _index, _id })
  }
  if (found.length === 0) return 0
  const lines = found.map((place) => `${JSON.stringify({ delete: place })}\n`).join('')
  const query = { refresh: true, filter_path: 'errors' }
  await connection.call({ method: 'POST', path: '/_bulk', query, lines })
  return found.length
}
