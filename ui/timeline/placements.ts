import type { LaneEvent } from '../../model/timeline.ts'
import { clustersOf, isDense, type Cluster } from './clusters.ts'
import { placeLabels, type Attention, type PlacedLabel } from './labels.ts'
import type { EntityRow } from './row-layout.ts'
import type { TimeScale } from './time-scale.ts'

/** How a lane's events were placed when the view last rested. */
export interface Placement {
  readonly isDense: boolean
  readonly clusters: readonly Cluster[]
  readonly labels: readonly PlacedLabel[]
  /** Milliseconds per pixel then: labels are only drawn while there is as much room. */
  readonly msPerPixel: number
}

/** Places every lane once per rest, when it is first drawn. */
export class Placements {
  readonly #placed = new Map<string, Placement>()
  /** Outlives the rest: whether a lane is drawn as density has a memory. */
  readonly #wasDense = new Map<string, boolean>()

  /** @param text widths of a label and of a count, CSS pixels */
  of(
    row: EntityRow,
    at: { readonly originMs: number; readonly scale: TimeScale; readonly attention: Attention },
    text: { readonly label: (text: string) => number; readonly count: (n: number) => number },
  ): Placement {
    const known = this.#placed.get(row.key)
    if (known !== undefined) return known
    const placement = this.#place(row, at, text)
    this.#placed.set(row.key, placement)
    return placement
  }

  known(key: string): Placement | undefined {
    return this.#placed.get(key)
  }

  /** The view rests at another place, or what is selected has changed. */
  forget(): void {
    this.#placed.clear()
  }

  #place(
    { key, lane }: EntityRow,
    { originMs, scale, attention }: Parameters<Placements['of']>[1],
    text: Parameters<Placements['of']>[2],
  ): Placement {
    const dense = isDense(lane.events, originMs, scale, this.#wasDense.get(key))
    this.#wasDense.set(key, dense)
    const events = dense ? selectedOnly(lane.events, attention) : lane.events!
    const clusters = clustersOf(events, originMs, scale, text.count)
    return {
      isDense: dense,
      clusters,
      labels: placeLabels(clusters, scale.width, attention, text.label),
      msPerPixel: (scale.to - scale.from) / scale.width,
    }
  }
}

/** In a dense lane only what is selected or linked to it has a glyph. */
function selectedOnly(events: readonly LaneEvent[] | null, attention: Attention): LaneEvent[] {
  return (events ?? []).filter(({ id }) => id === attention.selected || attention.linked.has(id))
}
