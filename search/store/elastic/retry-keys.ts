import type { Write } from './bulk.ts'
import type { Reading } from './reading.ts'
import { Budget, scan } from './scan.ts'

interface Source {
  readonly node: string
  readonly number: number
  readonly keys: string
}

/**
 * The retry keys of a commit, under the number it will have in the node's log. A replay that cuts its commits
 * otherwise writes over it, and what a bar has kept from being committed is written over with none: keys of what is not
 * committed must not be taken for known.
 */
export function retryKeyAction(
  index: string,
  node: string,
  number: number,
  { buffer, byteOffset, byteLength }: Uint32Array,
): Write {
  const keys = Buffer.from(buffer, byteOffset, byteLength).toString('base64')
  const document: Source = { node, number, keys }
  return { operation: 'index', index, id: `${node}-${number}`, document }
}

/** Days of which the keys are kept at hand. */
const DAYS = 2

/** The keys of a node's last days up to a commit, oldest first. */
export async function readRetryKeys(
  { connection, indices }: Reading,
  node: string,
  lastNumber: number,
): Promise<Uint32Array> {
  const days = (await indices.list()).filter(({ kind }) => kind === 'keys').slice(-DAYS)
  const parts: Buffer[] = []
  if (days.length > 0) {
    const request = {
      index: days.map(({ name }) => name).join(','),
      query: { bool: { filter: [{ term: { node } }, { range: { number: { lte: lastNumber } } }] } },
      sort: [{ number: { order: 'asc' } }],
      page: 100,
    }
    for await (const { _source } of scan<Source>(connection, request, new Budget({}))) {
      parts.push(Buffer.from(_source.keys, 'base64'))
    }
  }
  const bytes = Uint8Array.from(Buffer.concat(parts))
  return new Uint32Array(bytes.buffer)
}
