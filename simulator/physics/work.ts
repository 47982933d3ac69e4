import type { Random } from '../random.ts'
import type { Role } from '../plant/plant.ts'
import { ioProfile, type IoProfile } from './io-flow.ts'

/** What one action of a user or client needs, on average. */
export interface ActionKind {
  readonly name: string
  readonly cpuMs: number
  readonly ios: number
  readonly roundTrips: number
  /** How often, against the others of its list. */
  readonly weight: number
}

export const DESKTOP_ACTIONS: readonly ActionKind[] = [
  { name: 'edit', cpuMs: 60, ios: 4, roundTrips: 3, weight: 60 },
  { name: 'mail', cpuMs: 200, ios: 40, roundTrips: 15, weight: 20 },
  { name: 'open', cpuMs: 350, ios: 70, roundTrips: 25, weight: 14 },
  { name: 'launch', cpuMs: 1_500, ios: 420, roundTrips: 10, weight: 6 },
]

export const LOGON: ActionKind = {
  name: 'logon',
  cpuMs: 6_000,
  ios: 2_400,
  roundTrips: 120,
  weight: 1,
}

export const QUERIES: readonly ActionKind[] = [
  { name: 'lookup', cpuMs: 4, ios: 2, roundTrips: 1, weight: 80 },
  { name: 'report', cpuMs: 160, ios: 180, roundTrips: 3, weight: 18 },
  { name: 'batch', cpuMs: 700, ios: 900, roundTrips: 3, weight: 2 },
]

export function pickKind(kinds: readonly ActionKind[], random: Random): ActionKind {
  let left = random.unit() * kinds.reduce((sum, kind) => sum + kind.weight, 0)
  for (const kind of kinds) if ((left -= kind.weight) < 0) return kind
  return kinds[kinds.length - 1]!
}

/** IOs that the reads of an action keep outstanding. */
export const ACTION_DEPTH = 4
export const ACTION_IO: IoProfile = ioProfile(0.8, 16_384, 0.2)

/** What a machine does by itself all day. */
export interface Background {
  readonly ioPerS: number
  readonly io: IoProfile
  /** Cores in use. */
  readonly cores: number
  readonly netBytesPerS: number
}

/** Ranges of {@link Background.ioPerS}, cores and network by role. */
const BACKGROUND: Readonly<Record<Role, readonly [number, number, number]>> = {
  desktop: [7, 0.5, 40e3],
  broker: [12, 0.6, 200e3],
  file: [90, 0.9, 6e6],
  database: [140, 2.2, 3e6],
  backup: [10, 0.3, 300e3],
  antivirus: [8, 0.3, 100e3],
  build: [14, 0.9, 200e3],
  application: [30, 1.1, 900e3],
  directory: [10, 0.4, 250e3],
}

const DESKTOP_IO = ioProfile(0.35, 12_288, 0.3)
const SERVER_IO = ioProfile(0.6, 16_384, 0.2)

export function backgroundOf(role: Role, random: Random): Background {
  const [ioPerS, cores, netBytesPerS] = BACKGROUND[role]
  return {
    ioPerS: ioPerS * random.between(0.6, 1.5),
    io: role === 'desktop' ? DESKTOP_IO : SERVER_IO,
    cores: cores * random.between(0.6, 1.4),
    netBytesPerS: netBytesPerS * random.between(0.5, 1.6),
  }
}
