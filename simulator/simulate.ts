import { SECOND_US } from './clock.ts'
import { planIncidents } from './faults/index.ts'
import { changeRow, InventoryRows } from './inventory-rows.ts'
import { Sampler, type Point } from './metrics.ts'
import { World } from './physics/world.ts'
import { buildPlant } from './plant/build.ts'
import { Random } from './random.ts'
import { Impact } from './truth/impact.ts'
import { observeIncidents, observeQueues, observeVictims } from './truth/observer.ts'
import { truthRows } from './truth/rows.ts'
import { Truth } from './truth/truth.ts'
import { allVoices } from './voices/index.ts'
import { Log, type Line } from './voices/log.ts'
import { SAMPLE_S, type Scene, type Voice } from './voices/voice.ts'

export interface SimulationOptions {
  readonly seed: number
  /** Seconds to simulate. */
  readonly lengthS: number
  /** When it begins, microseconds since the epoch. */
  readonly startUs: number
  /** Names of faults (`simulator/faults/index.ts`); decoys always happen. */
  readonly faults: readonly string[]
}

/** What leaves the data centre in one second. */
export interface Portion {
  /** End of the second, true time in microseconds. */
  readonly us: number
  /** Log lines in order of time. */
  readonly lines: readonly Line[]
  /** A sample of all series, or nothing in most seconds. */
  readonly points: readonly Point[]
  readonly inventory: readonly string[]
  readonly changes: readonly string[]
}

/** A run of the virtual data centre. The same options give the same portions and the same truth. */
export class Simulation {
  readonly truth: Truth
  readonly impact: Impact
  readonly world: World
  readonly #options: SimulationOptions
  readonly #seed: Random

  constructor(options: SimulationOptions) {
    this.#options = options
    this.#seed = new Random(options.seed)
    const { lengthS, startUs, faults } = options
    const plant = buildPlant(this.#seed, startUs)
    const random = this.#seed.fork('incidents')
    const incidents = planIncidents(faults, { plant, random, lengthS })
    this.truth = new Truth(incidents, startUs)
    this.impact = new Impact(incidents)
    this.world = new World(plant, this.#seed, incidents.length, lengthS)
  }

  /** Plays it out, second by second; once. */
  *run(): Generator<Portion> {
    const { startUs, lengthS } = this.#options
    const { world, truth } = this
    const voices = allVoices(world.plant, this.#seed.fork('voices'))
    const rows = new InventoryRows(world.plant, startUs)
    const log = new Log()
    const sampler = new Sampler(world)
    yield { us: startUs, lines: [], points: [], inventory: [...rows.first()], changes: [] }
    for (let second = 0; second < lengthS; second++) {
      const us = startUs + second * SECOND_US
      const scene: Scene = { world, log, truth, us }
      observeIncidents(truth, second)
      for (const incident of truth.incidents) {
        if (second >= incident.startS && second <= incident.endS) incident.act(world, second)
      }
      world.step()
      this.impact.second(world)
      observeQueues(scene)
      for (const voice of voices) voice.second?.(scene)
      const isSample = (second + 1) % SAMPLE_S === 0
      const points = isSample ? this.#sample(scene, voices, sampler) : []
      const lines = log.take()
      truth.addLines(lines)
      const changes = world.happenings.flatMap((happening) => changeRow(us, happening) ?? [])
      const inventory = world.happenings.flatMap((happening) => {
        if (happening.what !== 'move') return []
        return rows.moved(us, happening.vm, happening.from, happening.to)
      })
      world.happenings = []
      yield { us: us + SECOND_US, lines, points, inventory, changes }
    }
    truth.finish(lengthS)
  }

  /** What really happened, as NDJSON lines; complete when the run is. */
  truthRows(): Generator<string> {
    return truthRows(this.truth, this.impact, this.#options.startUs)
  }

  #sample(scene: Scene, voices: readonly Voice[], sampler: Sampler): Point[] {
    observeVictims(scene)
    for (const voice of voices) voice.sample?.(scene)
    const points = sampler.sample()
    this.world.resetMeters()
    return points
  }
}
