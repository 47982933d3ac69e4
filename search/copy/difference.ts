/** What is not the same in a source and in its copy. */
export interface Difference {
  readonly what: string
  readonly source: string
  readonly target: string
}

const ABSENT = 'nothing'
const LONGEST = 160

/** What differs between two maps, entry by entry; `name` says what a key stands for. */
export function* mapDifferences(
  name: (key: string) => string,
  source: ReadonlyMap<string, unknown>,
  target: ReadonlyMap<string, unknown>,
): Generator<Difference> {
  for (const key of new Set([...source.keys(), ...target.keys()])) {
    yield* valueDifference(name(key), source.get(key), target.get(key))
  }
}

/** The first place in which two answers differ, none where they are the same but for the order of attributes. */
export function* valueDifference(
  what: string,
  source: unknown,
  target: unknown,
): Generator<Difference> {
  const place = firstPlace(canonical(source), canonical(target), '')
  if (place === undefined) return
  const { path, a, b } = place
  yield { what: `${what}${path}`, source: textOf(a), target: textOf(b) }
}

interface Place {
  readonly path: string
  readonly a: unknown
  readonly b: unknown
}

function firstPlace(a: unknown, b: unknown, path: string): Place | undefined {
  if (Object.is(a, b)) return undefined
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return { path, a, b }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const inside = Array.isArray(a) ? `${path}[${key}]` : `${path}.${key}`
    const place = firstPlace(a[key], b[key], inside)
    if (place !== undefined) return place
  }
  return undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Plain data, the identifiers of a record in one order: they follow that of its attributes. */
function canonical(value: unknown): unknown {
  if (value instanceof Map) return canonical(Object.fromEntries(value as Map<string, unknown>))
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array)
  if (Array.isArray(value)) return value.map(canonical)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const plain = canonical(inner)
      return [key, key === 'keys' && Array.isArray(plain) ? sorted(plain) : plain]
    }),
  )
}

const sorted = (values: readonly unknown[]): unknown[] =>
  [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

function textOf(value: unknown): string {
  if (value === undefined) return ABSENT
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
