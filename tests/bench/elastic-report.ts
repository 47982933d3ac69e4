import { count, machine, ms, table } from './markdown.ts'

/** One side of the comparison. */
export interface SideFigures {
  readonly name: string
  readonly rows: number
  readonly acknowledgedSeconds: number
  readonly visibleSeconds: number
  /** CPU of the ingest processes; undefined without them. */
  readonly plumblineSeconds: number | undefined
  /** Of the largest ingest process. */
  readonly peakMiB: number | undefined
  /** CPU of the node; undefined without one. */
  readonly elasticSeconds: number | undefined
  /** On disk as written, and merged to one segment an index (of the embedded store the same). */
  readonly bytes: number
  readonly mergedBytes: number
}

/** Medians of one question, of the embedded store, Elasticsearch alone, and Plumbline on Elasticsearch. */
export interface QuestionFigures {
  readonly name: string
  readonly ms: readonly (number | undefined)[]
}

export interface ElasticReport {
  readonly rows: number
  readonly rawBytes: number
  readonly sides: readonly SideFigures[]
  readonly questions: readonly QuestionFigures[]
}

/** The report as Markdown. */
export function formatElasticReport({ rows, rawBytes, sides, questions }: ElasticReport): string {
  return `${[
    '## Side by side with Elasticsearch',
    `${machine()}. Repeat with \`npm run bench -- --elastic --rows ${rows}\`. ${count(rows)} lines of \`tests/bench/generate.ts\` as \`_bulk\` requests over four connections, ${(rawBytes / rows).toFixed(0)} B a line with its action; one node of Elasticsearch with 4 GiB of heap, which has taken the lines twice before, once as plain documents and once as in the run; clients, processes and node on the same cores. Alone it has the mapping of \`tests/bench/elastic-questions.ts\`, no replica, and refreshes every 5 s.`,
    ingestTable(sides),
    'Milliseconds over HTTP, medians of 7 after one warm-up, without caches of whole answers.',
    table(
      'question,embedded,Elasticsearch alone,Plumbline on Elasticsearch',
      questions.map(({ name, ms: times }) => [name, ...times.map(ms)]),
    ),
  ].join('\n\n')}\n`
}

function ingestTable(sides: readonly SideFigures[]): string {
  const perLine = (seconds: number | undefined, rows: number): string =>
    seconds === undefined ? '–' : ((seconds / rows) * 1e6).toFixed(1)
  return table(
    'side,lines/s acknowledged,lines/s visible,CPU µs/line Plumbline,CPU µs/line Elasticsearch,peak MiB,disk B/line,merged B/line',
    sides.map((side) => [
      side.name,
      count(side.rows / side.acknowledgedSeconds),
      count(side.rows / side.visibleSeconds),
      perLine(side.plumblineSeconds, side.rows),
      perLine(side.elasticSeconds, side.rows),
      side.peakMiB === undefined ? '–' : count(side.peakMiB),
      (side.bytes / side.rows).toFixed(1),
      (side.mergedBytes / side.rows).toFixed(1),
    ]),
  )
}
