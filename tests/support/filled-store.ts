import fc from 'fast-check'
import type { Commit, MetricBatch } from '../../model/batch.ts'
import type { Entity, Relation } from '../../model/entity.ts'
import type { LogRecord, MetricSeries } from '../../model/record.ts'
import { micros, MICROS_PER_DAY, type Micros } from '../../model/time.ts'
import { FIRST_NODE } from '../../search/node-name.ts'
import type { WholeStore } from '../../search/store/whole-store.ts'
import { CommitMaker, counted } from './commits.ts'
import { arbitraryRecords, RANDOM_START } from './random.ts'

export const DAYS = [RANDOM_START, (RANDOM_START + MICROS_PER_DAY) as Micros]

const series = (entity: string): MetricSeries => ({
  ...{ entity, name: 'vm.cpu.usage', unit: '1', kind: 'gauge', source: 'collector' },
  attributes: { core: '0' },
})

/** So many points of two entities in the two days, every third sent twice. */
export function pointsOn(day: string, count: number): MetricBatch {
  const rows = Array.from({ length: count }, (_, row) => row - (row % 3 === 2 ? 1 : 0))
  return {
    day,
    count,
    series: [series('vm:a'), series('vm:b')],
    received: Float64Array.of(RANDOM_START, RANDOM_START),
    seriesIndex: Uint32Array.from(rows, (row) => row % 2),
    time: Float64Array.from(rows, (row) => DAYS[row % 5 === 0 ? 1 : 0]! + row * 1_000_000),
    timeNs: Uint16Array.from(rows, (row) => (row * 7) % 1_000),
    value: Float64Array.from(rows, (row) => row / 3),
  }
}

export const ENTITY: Entity = {
  ...{ id: 'vm:a', type: 'vm', name: 'VDI-A', layer: 'guest', team: null, attributes: { cpus: 2 } },
  aliases: [{ kind: 'hostname', value: 'vdi-a', from: micros(0), to: RANDOM_START }],
}

export const RELATION: Relation = {
  ...{ type: 'runs_on', from: 'vm:a', to: 'hypervisor:esx-01' },
  ...{ validFrom: micros(1), validTo: RANDOM_START, provenance: 'inventory' },
}

function recordsOn(received: Micros, seed: number): LogRecord[] {
  const [records] = fc.sample(arbitraryRecords(60), { numRuns: 1, seed })
  return records!.map((record, index) => ({ ...record, received: micros(received + index) }))
}

/**
 * Fills a store as ingest nodes would in two days, each with numbers of its own and a gap where a crash was. Into an
 * embedded store the records of several come as a copy brings them.
 */
export async function fill(store: WholeStore, nodes: readonly string[] = ['n1']): Promise<void> {
  const commits: Commit[] = []
  for (const [n, received] of DAYS.entries()) {
    for (const [at, node] of nodes.entries()) {
      const maker = new CommitMaker(node, 1 + 1_000 * n, 100 * n)
      for (const part of [0, 1]) {
        commits.push(maker.commit(recordsOn(received, 1 + 100 * at + 10 * n + part)))
      }
      if (n > 0) commits.push(maker.commit([], extraOf(node)))
    }
  }
  const isCopy = store.kind === 'embedded' && nodes.some((node) => node !== FIRST_NODE)
  for (const commit of isCopy ? renumbered(commits) : commits) await store.commit(commit)
  await store.putEntities([ENTITY])
  await store.putRelations([RELATION])
  await store.putState('view:mine', '{"query":"apd"}')
  await store.putState(`tail:${'x'.repeat(500)}`, '17')
}

function renumbered(commits: readonly Commit[]): Commit[] {
  let nextSequence = 10_000
  return commits.map((commit, index) => {
    const renumberedFrom = nextSequence
    nextSequence += commit.logs?.count ?? 0
    const position = { segment: 1, offset: index + 1, nextSequence }
    return { ...commit, node: FIRST_NODE, renumberedFrom, position }
  })
}

function extraOf(node: string): Partial<Commit> {
  const day = '2026-11-22'
  return {
    ...{ day, metrics: pointsOn(day, 60) },
    ledger: new Map([
      ['switch-07', { ...counted(3), received: 9, deduplicated: 4, rejected: 1, deadLettered: 1 }],
      ['collector', counted(60)],
    ]),
    deadLetters: [
      {
        ...{ id: `letter-${node}`, received: DAYS[0]!, source: 'switch-07', protocol: 'syslog' },
        ...{ reason: 'no time', raw: Uint8Array.of(1, 0, 255) },
      },
    ],
    retryKeys: Uint32Array.of(1, 2, node.length, 4),
    fileRanges: new Map([
      ['/var/log/a', [0, 10]],
      [`/var/log/${node}`, [5, 7]],
    ]),
  }
}
