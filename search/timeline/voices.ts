import type { EntitySummary } from '../../model/api.ts'
import { LAYERS, type EntityId, type EntityType, type Layer } from '../../model/entity.ts'
import type { Micros, TimeRange } from '../../model/time.ts'
import { fold } from '../../model/tokens.ts'
import { speakerOf, type Speech } from '../topology/speaker.ts'
import { summaryOf } from '../topology/summary.ts'
import { keyOf, type Topology } from '../topology/topology.ts'

/** What a host that no inventory knows is taken for, by the layer that its records say. */
const TYPE_OF_LAYER: Readonly<Record<Layer, EntityType>> = {
  session: 'vdi_session',
  guest: 'vm',
  hypervisor: 'hypervisor',
  storage: 'array',
  network: 'switch',
  service: 'service',
}

/** Where nothing says a layer. */
const UNKNOWN_LAYER: Layer = 'service'

/**
 * Whose lane a record stands in. A host that no inventory knows has a lane of its own, in the layer that
 * most of its records say; one that says no layer is taken for a service.
 */
export class Voices {
  readonly #topology: Topology
  readonly #range: TimeRange
  readonly #layers = new Map<string, Map<Layer, number>>()
  /** What the inventory says, of each lane asked about. */
  readonly #layersKnown = new Map<EntityId, { readonly layer: Layer | null }>()
  readonly #lanes = new Map<Speech, { readonly lane: EntityId | undefined }>()

  constructor(topology: Topology, range: TimeRange) {
    this.#topology = topology
    this.#range = range
  }

  /** Hears that so many records of a voice say their layer; before any lane is asked for. */
  learn(speech: Speech, layer: Layer, count: number): void {
    const name = nameOf(speech)
    const layers = this.#layers.get(name) ?? new Map<Layer, number>()
    layers.set(layer, (layers.get(layer) ?? 0) + count)
    this.#layers.set(name, layers)
  }

  /** The entity whose lane a record of that time stands in. */
  laneAt(speech: Speech, from: number, to: number): EntityId {
    const lane = this.laneThroughout(speech)
    if (lane !== undefined) return lane
    return speakerOf(speech, this.#topology, instant(from, to)) ?? this.#ownLane(speech)
  }

  /** The lane of all records of a voice; undefined where its name was handed on in the view. */
  laneThroughout(speech: Speech): EntityId | undefined {
    const known = this.#lanes.get(speech)
    if (known !== undefined) return known.lane
    const { from, to } = this.#range
    const [all, first, last] = [this.#range, instant(from, from + 1), instant(to - 1, to)].map(
      (range) => speakerOf(speech, this.#topology, range),
    )
    const stays = all === first && all === last
    const lane = stays ? (all ?? this.#ownLane(speech)) : undefined
    this.#lanes.set(speech, { lane })
    return lane
  }

  /** The lanes that a voice's records of the view may stand in: more than one where its name was handed on. */
  lanesOf(speech: Speech): EntityId[] {
    const { from, to } = this.#range
    return [...new Set([this.laneAt(speech, from, from + 1), this.laneAt(speech, to - 1, to)])]
  }

  /** Of a lane's entity; also of one that no inventory knows. */
  layerOf(lane: EntityId, speech: Speech): Layer {
    let known = this.#layersKnown.get(lane)
    if (known === undefined) {
      known = { layer: summaryOf(lane, this.#topology, this.#range).layer }
      this.#layersKnown.set(lane, known)
    }
    return known.layer ?? this.#layerSaid(speech)
  }

  #layerSaid(speech: Speech): Layer {
    const layers = [...(this.#layers.get(nameOf(speech)) ?? [])]
    const [most] = layers.sort((a, b) => b[1] - a[1] || LAYERS.indexOf(a[0]) - LAYERS.indexOf(b[0]))
    return most?.[0] ?? UNKNOWN_LAYER
  }

  #ownLane(speech: Speech): EntityId {
    return `${TYPE_OF_LAYER[this.#layerSaid(speech)]}:${speech.host ?? speech.source}`
  }
}

const instant = (from: number, to: number): TimeRange => ({
  from: from as Micros,
  to: to as Micros,
})

/** Voices of one name say one layer; a store finds hosts without regard to case. */
function nameOf({ host, source, entity }: Speech): string {
  return host !== null ? `h${fold(host)}` : `e${entity ?? ''}\0${source ?? ''}`
}

/** Who a lane is about: a session by its user's name, where the inventory says who uses it. */
export function laneSummary(id: EntityId, topology: Topology, range: TimeRange): EntitySummary {
  const summary = summaryOf(id, topology, range)
  if (summary.type !== 'vdi_session') return summary
  const used = topology.causesOf(id, range).find(({ type }) => type === 'used_by')
  if (used === undefined) return summary
  return { ...summary, name: topology.entity(used.to)?.name ?? keyOf(used.to) }
}
