import type { Plant } from '../plant/plant.ts'
import { STORY_DESKTOP } from '../plant/vms.ts'
import type { Random } from '../random.ts'
import { Session, sessionTimes, type SessionTimes } from './session.ts'
import { DESKTOP_ACTIONS, QUERIES } from './work.ts'
import { Worker } from './worker.ts'

/** Connections of each database server, and seconds between the queries of each. */
const CLIENTS = 6
const CLIENT_THINK_S = 2
/** Connected 47 minutes before the beginning, and to the end. */
const ALWAYS: SessionTimes = { connectS: -2840, disconnectS: Infinity }

/** A session for each desktop's user. */
export function seatUsers(plant: Plant, seed: Random, causes: number, lengthS: number): Session[] {
  const users = plant.vms.filter((vm) => vm.user !== undefined)
  return users.map((vm) => {
    const random = seed.fork(vm.name)
    const worker = new Worker(vm, DESKTOP_ACTIONS, random.between(14, 40), random, causes)
    const isStory = vm.name === STORY_DESKTOP
    return new Session(worker, isStory ? ALWAYS : sessionTimes(random, lengthS))
  })
}

/** The clients of the databases. */
export function connectClients(plant: Plant, seed: Random, causes: number): Worker[] {
  const databases = plant.vms.filter((vm) => vm.role === 'database')
  return databases.flatMap((vm) =>
    Array.from({ length: CLIENTS }, (_, i) => {
      return new Worker(vm, QUERIES, CLIENT_THINK_S, seed.fork(`${vm.name}/${i}`), causes)
    }),
  )
}
