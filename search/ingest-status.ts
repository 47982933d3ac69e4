import { statfs } from 'node:fs/promises'
import { AppError } from '../model/errors.ts'
import { LIMITS } from '../ingest/decoders/limits.ts'
import type { ListenerCounters } from '../ingest/listeners/listener-counters.ts'
import type { IngestStats, IngestWorker } from '../ingest/worker-port.ts'
import type { IngestStatus, Measurement } from './api/parts.ts'

/** Less free disk than this is told; less than {@link NO_DISK_BYTES} and nothing new can be taken. */
const LOW_DISK_BYTES = 512 * 1024 * 1024
const NO_DISK_BYTES = 8 * 1024 * 1024
const SETTLE_POLL_MS = 20

export interface IngestStatusParts {
  readonly worker: IngestWorker
  readonly counters: ListenerCounters
  readonly data: string
  readonly http: () => string
  /** Whether it is ready only while the store takes what is on disk. */
  readonly needsStore: boolean
}

/** What the ingest side tells of itself, read from its thread when asked. */
export function ingestStatus({
  worker,
  counters,
  data,
  http,
  needsStore,
}: IngestStatusParts): IngestStatus {
  return {
    listeners: () => [{ protocol: 'http', address: http() }, ...worker.listeners],
    problems: () => problemsOf(worker, data),
    isTaking: async () => {
      if (worker.failure !== undefined) return false
      const { pipeline } = await worker.stats()
      // Nothing that is taken under a name that another has taken can ever be stored.
      const isStoring = needsStore
        ? pipeline.storeFailure === null
        : pipeline.hasRoom && pipeline.storeFailureCode !== 'data_locked'
      return isStoring && (await freeBytes(data)) > NO_DISK_BYTES
    },
    measurements: async () => {
      const stats = worker.failure === undefined ? await worker.stats() : undefined
      return [
        ...httpMeasurements(counters),
        ...limitMeasurements({ ...NO_LIMITED, ...stats?.pipeline.limited, ...counters.limited }),
        ...(stats === undefined ? [] : threadMeasurements(stats)),
      ]
    },
    settled: () => settled(worker),
  }
}

/** Of a process that takes no records. */
export function noIngestStatus(http: () => string): IngestStatus {
  return {
    listeners: () => [{ protocol: 'http', address: http() }],
    problems: async () => [],
    isTaking: async () => true,
    measurements: async () => [],
    settled: async () => {
      throw new AppError(
        'wrong_role',
        'this process takes no records (--role search), so it cannot wait for any; ask one with --role ingest',
      )
    },
  }
}

async function problemsOf(worker: IngestWorker, data: string): Promise<string[]> {
  if (worker.failure !== undefined) return [worker.failure.message]
  const { pipeline } = await worker.stats()
  const free = await freeBytes(data)
  return [
    ...(pipeline.storeFailure === null
      ? []
      : [`the store does not take records: ${pipeline.storeFailure}`]),
    ...(free < LOW_DISK_BYTES
      ? [`the disk under ${data} has only ${Math.round(free / 1_000_000)} MB left`]
      : []),
    ...(pipeline.clockBehindUs > 0
      ? [`the clock of this machine stepped back by ${pipeline.clockBehindUs / 1_000_000} s`]
      : []),
  ]
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/**
 * Resolves when everything acknowledged before the call is in the store: when nothing is held, or after
 * the second commit from now (the one on its way may have been cut before the last of it came).
 */
async function settled(worker: IngestWorker): Promise<void> {
  const { commits } = (await worker.stats()).pipeline
  for (;;) {
    const { pipeline } = await worker.stats()
    if (pipeline.heldItems === 0 && pipeline.queued === 0) return
    if (pipeline.commits >= commits + 2) return
    if (pipeline.storeFailure !== null) {
      throw new Error(`the store does not take records: ${pipeline.storeFailure}`)
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_POLL_MS))
  }
}

/** Every limit is shown, also those that nothing has met. */
const NO_LIMITED = Object.fromEntries(Object.keys(LIMITS).map((name) => [name, 0]))

function limitMeasurements(limited: Readonly<Record<string, number>>): Measurement[] {
  return Object.entries(limited).map(([name, value]) => ({
    name: 'ingest_limited',
    labels: { limit: snakeCase(name) },
    value,
  }))
}

function threadMeasurements({ pipeline, syslog, lossKnownFrom }: IngestStats): Measurement[] {
  const { spool, storeFailure, ...counts } = pipeline
  return [
    { name: 'syslog_udp_loss_known', value: lossKnownFrom === 'unknown' ? 0 : 1 },
    { name: 'ingest_store_failing', value: storeFailure === null ? 0 : 1 },
    ...each('ingest', counts),
    ...each('spool', spool),
    ...each('syslog', syslog),
  ]
}

function each(prefix: string, counts: object): Measurement[] {
  return Object.entries(counts).flatMap(([name, value]) =>
    typeof value === 'number' ? [{ name: `${prefix}_${snakeCase(name)}`, value }] : [],
  )
}

function httpMeasurements(counters: ListenerCounters): Measurement[] {
  return [...counters.snapshot()].flatMap(([protocol, { requests, bytes, refused }]) => [
    { name: 'ingest_http_requests', labels: { protocol }, value: requests },
    { name: 'ingest_http_bytes', labels: { protocol }, value: bytes },
    ...[...refused].map(([code, value]) => ({
      name: 'ingest_http_refused',
      labels: { protocol, code },
      value,
    })),
  ])
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)
}
