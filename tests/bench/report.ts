import { count, machine, ms, table } from './markdown.ts'

export interface IngestFigures {
  readonly way: string
  readonly rows: number
  readonly rawBytes: number
  /** Of the same bytes by `zstd -3`; undefined where zstd is missing. */
  readonly zstdBytes: number | undefined
  readonly acknowledgedSeconds: number
  readonly visibleSeconds: number
  readonly cpuSeconds: number
  readonly peakMiB: number
  readonly diskBytes: number
  readonly startSeconds: number
}

export interface QueryFigures {
  readonly name: string
  readonly hits: number
  readonly idleMs: number
  readonly ingestingMs: number | undefined
  readonly ripgrepMs: number | undefined
}

export interface ViewFigures {
  readonly name: string
  readonly hits: number
  /** The first question of a process that has just started. */
  readonly coldMs: number
  readonly idleMs: number
  readonly ingestingMs: number
  readonly barMs: number
}

export interface Report {
  readonly rows: number
  readonly ingest: readonly IngestFigures[]
  readonly queries: readonly QueryFigures[]
  readonly views: readonly ViewFigures[]
  readonly load: Load | undefined
}

export interface Load {
  /** What came in, and resident memory, while the ingesting column was measured. */
  readonly linesPerSecond: number
  readonly residentMiB: number
  /** Points of metrics beside the lines. */
  readonly points: number
}

/** The report as the Markdown of docs/benchmarks.md. */
export function formatReport(report: Report): string {
  return `${[
    '# Benchmarks',
    `${machine()}. Repeat with \`npm run bench -- --rows ${report.rows}\`. The lines are those of \`tests/bench/generate.ts\`; the client runs on the same cores.`,
    ...(report.ingest.length > 0 ? ['## Ingest', INGEST_NOTE, ingestTable(report.ingest)] : []),
    ...(report.queries.length > 0 ? ['## Questions', queryNote(report), queryTable(report)] : []),
    ...(report.views.length > 0 ? ['## Views', viewNote(report), viewTable(report)] : []),
  ].join('\n\n')}\n`
}

const INGEST_NOTE =
  'Each way into an empty data folder. *Acknowledged*: until the last answer (for TCP, which has none, until the last byte is taken). *Visible*: until a search counts every line. Raw bytes of `_bulk` include its action lines. CPU is the server’s, all threads. Disk is the data folder after a stop; start is from there to the first answer.'

function queryNote({ load }: Report): string {
  const idle = 'Milliseconds over HTTP as the client sees them, medians of 7 after one warm-up.'
  if (load === undefined) return idle
  return `${idle} *Ingesting*: while ${count(load.linesPerSecond)} lines/s come in; resident memory then ${load.residentMiB} MiB.`
}

function ingestTable(figures: readonly IngestFigures[]): string {
  return table(
    'way,lines/s acknowledged,lines/s visible,CPU µs/line,peak MiB,raw B/line,zstd -3 B/line,disk B/line,start s',
    figures.map((f) => [
      f.way,
      count(f.rows / f.acknowledgedSeconds),
      count(f.rows / f.visibleSeconds),
      ((f.cpuSeconds / f.rows) * 1e6).toFixed(1),
      count(f.peakMiB),
      (f.rawBytes / f.rows).toFixed(0),
      f.zstdBytes === undefined ? '–' : (f.zstdBytes / f.rows).toFixed(1),
      (f.diskBytes / f.rows).toFixed(1),
      f.startSeconds.toFixed(2),
    ]),
  )
}

function queryTable({ queries }: Report): string {
  return table(
    'question,hits,idle,ingesting,ripgrep',
    queries.map((q) => [q.name, count(q.hits), ms(q.idleMs), ms(q.ingestingMs), ms(q.ripgrepMs)]),
  )
}

function viewNote({ load }: Report): string {
  return `What the screens ask, over an inventory of the lines’ hosts, desktops and LUNs and ${count(load!.points)} points of their metrics: lanes of a view (40 asked for, 1,400 columns), links of a record. *Cold*: the first question of a process that has just started; the system may have the files in memory. The other columns as above. Bold is over the bar.`
}

function viewTable({ views }: Report): string {
  return table(
    'question,lanes or links,cold,idle,ingesting,bar',
    views.map((v) => [
      v.name,
      count(v.hits),
      ms(v.coldMs),
      againstBar(v.idleMs, v.barMs),
      ms(v.ingestingMs),
      ms(v.barMs),
    ]),
  )
}

const againstBar = (value: number, bar: number): string =>
  value > bar ? `**${ms(value)}**` : ms(value)
