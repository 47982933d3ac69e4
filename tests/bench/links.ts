import { join } from 'node:path'
import type { ApiRecord, RelatedAnswer } from '../../model/api.ts'
import { NetworkWires } from '../../simulator/wires/network.ts'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { waitUntil } from '../support/wait.ts'
import { LinkTruth } from './link-truth.ts'
import { OtherTruth } from './other-truth.ts'
import { Random } from './random.ts'
import type { TrueLine, Truth } from './truth.ts'

/** A run of which links are judged: of the simulator, or of the other plant, which has incidents of its own. */
export interface LinkCase {
  readonly plant: 'simulator' | 'other'
  readonly seed: number
  readonly faults: readonly string[]
  /** Two where it is not told. */
  readonly hours?: number
  /** Of each of the two kinds of the other plant; 40 where it is not told. */
  readonly desktops?: number
}

/** Which of them were looked at while the rules were made, docs/benchmarks.md tells. Seed 33 has decoys alone. */
export const LINK_RUNS: readonly LinkCase[] = [
  { plant: 'simulator', seed: 12, faults: ['rogue-vm'] },
  { plant: 'simulator', seed: 3, faults: ['path-failover', 'cpu-overcommit', 'uplink-flap'] },
  { plant: 'simulator', seed: 5, faults: ['rogue-vm', 'path-failover', 'uplink-flap'] },
  { plant: 'simulator', seed: 21, faults: ['cpu-overcommit'] },
  { plant: 'simulator', seed: 33, faults: [] },
  { plant: 'other', seed: 41, faults: [] },
  { plant: 'other', seed: 42, faults: [] },
  { plant: 'other', seed: 71, faults: [] },
  { plant: 'other', seed: 72, faults: [] },
  { plant: 'other', seed: 57, faults: [] },
  { plant: 'other', seed: 58, faults: [] },
  { plant: 'other', seed: 73, faults: [], desktops: 8 },
  { plant: 'other', seed: 74, faults: [], desktops: 140 },
  { plant: 'other', seed: 75, faults: [], hours: 0.5 },
]

/** How good `related` was on a run. Shares from 0 to 1, NaN of nothing. */
export interface LinkFigures extends LinkCase {
  readonly lines: number
  /** Records asked about, and links answered with a record. */
  readonly asked: number
  readonly identifierLinks: number
  readonly topologyLinks: number
  /** Of identifier links: both lines carry the identifier. */
  readonly identifierPrecision: number
  /** Of topology links: the entities are connected as of the time. */
  readonly topologyPrecision: number
  /** Of topology links between lines of which the truth knows the fault behind: the same one. */
  readonly topologySameFault: number
  /** Of the kinds of event that share an identifier with a record within the window: one is linked. */
  readonly kindRecall: number
  /** The same for what stands within a minute. */
  readonly nearKindRecall: number
  /** Of single pairs within the window, and within a minute; an answer holds 200 links at most. */
  readonly pairRecall: number
  readonly nearPairRecall: number
  /** Kinds that were missed, by kind of identifier. */
  readonly missed: ReadonlyMap<string, number>
  /** Identifier links that are not true, by the value that made them. */
  readonly wrong: ReadonlyMap<string, number>
  readonly medianMs: number
  readonly p95Ms: number
}

/** How many are asked about of each class, as far as there are. */
const SAMPLE = { warnings: 150, rare: 100, common: 50, bare: 50 }
/** A line of a pattern of no more than so many is rare. */
const RARE = 50
const HOURS = 2
const DESKTOPS = 40
const WINDOW_US = 15 * 60_000_000
const NEAR_US = 60_000_000
const MOST_LINKS = 200
/** Causes of a miss or a wrong link that are named. */
const MOST_NAMED = 5

/** Plays the simulator into an empty server and compares what it links with what belongs together. */
export async function measureLinks(run: LinkCase, folder: string): Promise<LinkFigures> {
  const server = await servePlumbline({ data: join(folder, `links-${run.plant}-${run.seed}`) })
  try {
    const { hours = HOURS, desktops = DESKTOPS } = run
    const lengthS = hours * 3600
    const startUs = (Math.floor(Date.now() / 1000) - lengthS) * 1_000_000
    const syslog = await server.listener('syslog-tcp')
    const truth =
      run.plant === 'other'
        ? await OtherTruth.send({ seed: run.seed, lengthS, desktops, startUs }, syslog)
        : await LinkTruth.send(
            { ...run, lengthS, startUs },
            await NetworkWires.connect({ url: server.url, syslog }, false),
          )
    const ids = await waitUntil(
      () => recordsInOrder(server),
      (records) => records.length >= truth.lines.length,
      120_000,
    )
    return await judge(run, truth, matched(ids, truth.lines), server)
  } finally {
    await server.stop()
  }
}

/** Records of the log, in order of arrival: of one connection that is the order of sending. */
async function recordsInOrder(server: PlumblineProcess): Promise<ApiRecord[]> {
  const response = await fetch(`${server.url}/api/v1/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
    body: JSON.stringify({ query: 'kind:log', limit: 1_000_000 }),
  })
  const rows = (await response.text()).split('\n').filter((row) => row !== '')
  const records = rows
    .map((row) => JSON.parse(row) as ApiRecord)
    .filter((record) => 'source' in record)
  const arrival = ({ id }: ApiRecord): [string, number] => {
    const [day, , sequence] = id.split('-')
    return [day!, parseInt(sequence!, 36)]
  }
  return records.sort((a, b) => {
    const [[dayA, a1], [dayB, b1]] = [arrival(a), arrival(b)]
    return dayA === dayB ? a1 - b1 : dayA < dayB ? -1 : 1
  })
}

/** Pairs records with lines; throws when one does not say what the other said, as it stands there or inside JSON. */
function matched(
  records: readonly ApiRecord[],
  lines: readonly TrueLine[],
): ReadonlyMap<string, TrueLine> {
  return new Map(
    records.map(({ id, body }, index) => {
      const line = lines[index]
      const spellings = [body, JSON.stringify(body).slice(1, -1)]
      if (line === undefined || !spellings.some((each) => line.frame.includes(each))) {
        throw new Error(`record ${id} is not line ${index + 1}: it says "${body}"`)
      }
      return [id, line]
    }),
  )
}

interface Part {
  found: number
  all: number
}
const part = (): Part => ({ found: 0, all: 0 })
const count = (into: Part, isFound: boolean): void => {
  into.all++
  if (isFound) into.found++
}
const shareOf = ({ found, all }: Part): number => found / all

async function judge(
  run: LinkCase,
  truth: Truth,
  lineOf: ReadonlyMap<string, TrueLine>,
  server: PlumblineProcess,
): Promise<LinkFigures> {
  const idOf = new Map([...lineOf].map(([id, line]) => [line, id]))
  const sample = sampleOf(truth.lines, new Random(run.seed))
  const identifier = part()
  const topology = part()
  const sameFault = part()
  const kinds = part()
  const nearKinds = part()
  const pairs = part()
  const nearPairs = part()
  const missed = new Map<string, number>()
  const wrong = new Map<string, number>()
  const times: number[] = []
  for (const line of sample) {
    const started = performance.now()
    const { links } = await server.post<RelatedAnswer>('/api/v1/related', {
      record: idOf.get(line),
      limit: MOST_LINKS,
    })
    times.push(performance.now() - started)
    const linked = new Set<TrueLine>()
    for (const link of links) {
      const other = link.record && lineOf.get(link.record.id)
      if (other === undefined) continue
      linked.add(other)
      if (link.kind === 'identifier') {
        const isTrue = truth.isShared(link.value, line, other)
        count(identifier, isTrue)
        if (!isTrue) wrong.set(link.value, (wrong.get(link.value) ?? 0) + 1)
      } else {
        const isTrue =
          other.about.has(link.value) && truth.isConnected(line.about, link.value, line.us)
        count(topology, isTrue)
        if (line.cause >= 0 && other.cause >= 0) count(sameFault, line.cause === other.cause)
      }
    }
    const partners = truth.sharing(line, WINDOW_US)
    for (const other of partners) count(pairs, linked.has(other))
    const near = partners.filter(({ us }) => Math.abs(us - line.us) <= NEAR_US)
    for (const other of near) count(nearPairs, linked.has(other))
    const linkedKinds = new Set([...linked].map(({ pattern }) => pattern))
    for (const kind of new Set(near.map(({ pattern }) => pattern))) {
      count(nearKinds, linkedKinds.has(kind))
    }
    const byKind = new Map(partners.map((other) => [other.pattern, other]))
    for (const [kind, other] of byKind) {
      count(kinds, linkedKinds.has(kind))
      if (linkedKinds.has(kind)) continue
      const by = line.identifiers.find((each) => other.identifiers.includes(each))!
      const name = by.split(' ').at(-2)!
      missed.set(name, (missed.get(name) ?? 0) + 1)
    }
  }
  times.sort((a, b) => a - b)
  return {
    ...run,
    lines: truth.lines.length,
    asked: sample.length,
    identifierLinks: identifier.all,
    topologyLinks: topology.all,
    identifierPrecision: shareOf(identifier),
    topologyPrecision: shareOf(topology),
    topologySameFault: shareOf(sameFault),
    kindRecall: shareOf(kinds),
    nearKindRecall: shareOf(nearKinds),
    pairRecall: shareOf(pairs),
    nearPairRecall: shareOf(nearPairs),
    missed,
    wrong,
    medianMs: times[times.length >> 1] ?? NaN,
    p95Ms: times[Math.floor(times.length * 0.95)] ?? NaN,
  }
}

/**
 * Warnings and worse, rare lines, and some of the others, that carry an identifier; and warnings that carry none, so
 * that no identifier should link them.
 */
function sampleOf(lines: readonly TrueLine[], random: Random): TrueLine[] {
  const often = new Map<string, number>()
  for (const { pattern } of lines) often.set(pattern, (often.get(pattern) ?? 0) + 1)
  const carrying = lines.filter(({ identifiers }) => identifiers.length > 0)
  const warnings = carrying.filter(({ severity }) => severity <= 4)
  const rare = carrying.filter(
    ({ severity, pattern }) => severity > 4 && often.get(pattern)! <= RARE,
  )
  const common = carrying.filter(
    ({ severity, pattern }) => severity > 4 && often.get(pattern)! > RARE,
  )
  const bare = lines.filter(
    ({ severity, identifiers }) => severity <= 4 && identifiers.length === 0,
  )
  return [
    ...pick(warnings, SAMPLE.warnings, random),
    ...pick(rare, SAMPLE.rare, random),
    ...pick(common, SAMPLE.common, random),
    ...pick(bare, SAMPLE.bare, random),
  ]
}

function pick<T>(from: readonly T[], most: number, random: Random): T[] {
  const left = [...from]
  const picked: T[] = []
  while (picked.length < most && left.length > 0) {
    picked.push(left.splice(random.below(left.length), 1)[0]!)
  }
  return picked
}

/** A run's figures for people. */
export function linkLine(f: LinkFigures): string {
  const share = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(3))
  const worst = (counts: ReadonlyMap<string, number>): string =>
    [...counts]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_NAMED)
      .map(([what, count]) => `${count} by ${what}`)
      .join(', ') || 'nothing'
  return [
    `${f.plant === 'other' ? `the other plant, ${f.desktops ?? DESKTOPS} desktops, ${f.hours ?? HOURS} h` : 'simulator'}, seed ${f.seed}, ${f.plant === 'other' ? 'its incidents and decoys' : f.faults.join(', ') || 'no fault'}: ${f.asked} of ${f.lines} lines asked about`,
    `  precision: identifier ${share(f.identifierPrecision)} of ${f.identifierLinks}, topology ${share(f.topologyPrecision)} of ${f.topologyLinks} (same fault ${share(f.topologySameFault)})`,
    `  recall of kinds of event: ${share(f.kindRecall)} within 15 minutes, ${share(f.nearKindRecall)} within one; of single pairs ${share(f.pairRecall)} and ${share(f.nearPairRecall)}`,
    `  missed: ${worst(f.missed)}; linked wrongly: ${worst(f.wrong)}; median ${f.medianMs.toFixed(0)} ms, p95 ${f.p95Ms.toFixed(0)} ms`,
    '',
  ].join('\n')
}
