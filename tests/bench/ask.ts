import type { PlumblineProcess } from '../support/plumbline-process.ts'
import type { Question } from './questions.ts'

const REPEATS = 7
const LONGEST_QUESTION_MS = 30_000

/** How long a question took, and how much its answer holds. */
export interface Asked {
  /** The first time it was asked of this process. */
  readonly firstMs: number
  /** Median of {@link REPEATS} more. */
  readonly ms: number
  readonly hits: number
}

/** A question that the server refused, mostly because it ran out of its time. */
const FAILED: Asked = { firstMs: NaN, ms: NaN, hits: NaN }

/** Asks each; one that fails does not end the run. `say` hears of progress. */
export async function askAll(
  server: PlumblineProcess,
  questions: readonly Question[],
  say: (text: string) => void,
): Promise<Asked[]> {
  const asked: Asked[] = []
  for (const question of questions) {
    const result = await ask(server, question).catch((error: unknown) => {
      say(`${question.name}: ${String(error)}`)
      return FAILED
    })
    say(
      `${question.name}: first ${result.firstMs.toFixed(1)} ms, then ${result.ms.toFixed(1)} ms, ${result.hits} hits`,
    )
    asked.push(result)
  }
  return asked
}

/** Once first, then {@link REPEATS} times or until the time for one question is used up. */
async function ask(server: PlumblineProcess, question: Question): Promise<Asked> {
  const body = await bodyOf(server, question)
  const { ms: firstMs, answer } = await timed(server, question, body)
  const deadline = performance.now() + LONGEST_QUESTION_MS
  const times: number[] = []
  while (times.length < REPEATS && performance.now() < deadline) {
    times.push((await timed(server, question, body)).ms)
  }
  return { firstMs, ms: median(times), hits: hitsOf(answer) }
}

/** Milliseconds of a question to a server that has not been asked it before; NaN when it fails. */
export async function askOnce(
  server: PlumblineProcess,
  question: Question,
  body: Question['body'],
): Promise<number> {
  return timed(server, question, body).then(
    ({ ms }) => ms,
    () => NaN,
  )
}

async function timed(
  server: PlumblineProcess,
  { path }: Question,
  body: Question['body'],
): Promise<{ ms: number; answer: Answer }> {
  const started = performance.now()
  const answer = await server.post<Answer>(path, body)
  return { ms: performance.now() - started, answer }
}

/** The request, with the record it is about; throws when there is none. */
export async function bodyOf(
  server: PlumblineProcess,
  { name, body, about }: Question,
): Promise<Question['body']> {
  if (about === undefined) return body
  const { records } = await server.post<{ records: { id: string }[] }>('/api/v1/search', about)
  if (records.length === 0) throw new Error(`cannot ask "${name}": no record to ask about`)
  return { ...body, record: records[0]!.id }
}

interface Answer {
  readonly records?: unknown[]
  readonly links?: unknown[]
  readonly lanes?: unknown[]
  readonly rows?: (string | number)[][]
  readonly buckets?: { count: number }[]
  readonly fields?: { values: { count: number }[] }[]
}

/** Records, lanes, links, rows, counted rows or bucket counts: what the answer holds. */
function hitsOf(answer: Answer): number {
  if (answer.records !== undefined) return answer.records.length
  if (answer.lanes !== undefined) return answer.lanes.length
  if (answer.links !== undefined) return answer.links.length
  if (answer.buckets !== undefined) return answer.buckets.reduce((sum, { count }) => sum + count, 0)
  if (answer.fields !== undefined) return answer.fields.flatMap(({ values }) => values).length
  const rows = answer.rows ?? []
  return rows.length === 1 ? Number(rows[0]![0]) : rows.length
}

/** The middle of some values; NaN of none. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN
