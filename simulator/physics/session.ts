import type { Random } from '../random.ts'
import { LOGON } from './work.ts'
import type { Worker } from './worker.ts'

export interface SessionTimes {
  readonly connectS: number
  readonly disconnectS: number
}

/** Most users are there already; the rest come, and some leave, while the simulation runs. */
export function sessionTimes(random: Random, lengthS: number): SessionTimes {
  const isEarly = random.chance(0.7)
  const connectS = isEarly ? -random.between(600, 5400) : random.between(30, lengthS * 0.95)
  const stayS = random.between(1200, lengthS + 1200)
  const leaves = random.chance(0.12)
  return { connectS, disconnectS: leaves ? Math.max(connectS, 0) + stayS : Infinity }
}

/** A user's connection to a desktop. Times in seconds since the simulation began. */
export class Session {
  readonly worker: Worker
  /** Negative: connected before the simulation began. */
  readonly connectS: number
  readonly disconnectS: number
  state: 'waiting' | 'connected' | 'gone' = 'waiting'

  constructor(worker: Worker, { connectS, disconnectS }: SessionTimes) {
    this.worker = worker
    this.connectS = connectS
    this.disconnectS = disconnectS
    if (connectS < 0) this.state = 'connected'
    else worker.nextS = Infinity
  }

  /** Connects and disconnects when it is time; returns what happened in this second. */
  step(second: number): 'logon' | 'logoff' | undefined {
    if (this.state === 'waiting' && second >= Math.floor(this.connectS)) {
      this.state = 'connected'
      this.worker.start(LOGON, Math.max(second, this.connectS))
      return 'logon'
    }
    if (this.state === 'connected' && second >= this.disconnectS && !this.worker.action) {
      this.state = 'gone'
      this.worker.nextS = Infinity
      return 'logoff'
    }
    return undefined
  }
}
