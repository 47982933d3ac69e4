import { NEEDLES } from './generate.ts'

/** One question of the set, as a request to the API and, where it can be asked so, to ripgrep. */
export interface Question {
  readonly name: string
  readonly path:
    | '/api/v1/search'
    | '/api/v1/histogram'
    | '/api/v1/facets'
    | '/api/v1/timeline'
    | '/api/v1/related'
  readonly body: Readonly<Record<string, unknown>>
  /** A search whose first record the question is about. */
  readonly about?: Readonly<Record<string, unknown>>
  /** Arguments before the file. */
  readonly ripgrep?: readonly string[]
}

export const FREQUENT = 'timeout'
export const PHRASE = 'performance has deteriorated'
export const RARE = 'vdi-00860'
export const INNER = 'eriorat'
const TOKEN_PATTERN = 'vdi-0086[0-9]'
const MINUTE_MS = 60_000

/** Ten minutes in the middle of the day before `end`, milliseconds since the epoch. */
export const noonOf = (end: number): { from: number; to: number } => ({
  from: end - 43_200_000,
  to: end - 43_200_000 + 10 * MINUTE_MS,
})

/** The query set of the benchmark over the day before `end` (milliseconds since the epoch). */
export function questionsFor(end: number): Question[] {
  const iso = (time: number): string => new Date(time).toISOString()
  const day = { from: iso(end - 86_400_000), to: iso(end) }
  const { from, to } = noonOf(end)
  const noon = { from: iso(from), to: iso(to) }
  const search = (name: string, query: string, ripgrep?: readonly string[]): Question => ({
    name,
    path: '/api/v1/search',
    body: { query },
    ...(ripgrep === undefined ? {} : { ripgrep }),
  })
  return [
    search('needle', NEEDLES[2]!, ['-F', NEEDLES[2]!]),
    search('phrase, newest 100', `"${PHRASE}"`),
    search('phrase, count', `"${PHRASE}" | stats count()`, ['-c', '-F', PHRASE]),
    search('rare AND, newest 100', `${RARE} ${FREQUENT}`, ['-c', `${RARE}.*${FREQUENT}`]),
    search('frequent word, newest 100', FREQUENT),
    search('frequent word, count', `${FREQUENT} | stats count()`, ['-c', '-w', '-i', FREQUENT]),
    search('severity >= 17, newest 100', 'severity>=17'),
    {
      name: 'histogram of a frequent word, a day',
      path: '/api/v1/histogram',
      body: { query: FREQUENT, ...day, buckets: 144 },
    },
    search('top 10 hosts of a frequent word', `${FREQUENT} | top 10 host`),
    {
      name: 'five facets of a frequent word',
      path: '/api/v1/facets',
      body: {
        query: FREQUENT,
        ...day,
        fields: ['host', 'app', 'severity', 'layer', 'template'],
        limit: 10,
      },
    },
    {
      name: '200 hosts, 10 minutes',
      path: '/api/v1/search',
      body: { query: `host:(${neighbourhood().join(' or ')})`, ...noon, limit: 10_000 },
    },
    search('regex on a token, newest 100', `/${TOKEN_PATTERN}/`, ['-c', TOKEN_PATTERN]),
    search('substring, newest 100', `*${INNER}*`, ['-c', '-F', INNER]),
  ]
}

/** 120 desktops and 80 hypervisors, neither the busiest nor the rarest. */
export function neighbourhood(): string[] {
  const names = (prefix: string, count: number, step: number): string[] =>
    Array.from({ length: count }, (_, n) => 10 + n * step).map(
      (index) => `${prefix}-${String(index).padStart(4, '0')}.site${index % 4}.corp.example`,
    )
  return [...names('vdi', 120, 4), ...names('esx', 80, 2)]
}
