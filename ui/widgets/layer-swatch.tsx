import type { Layer } from '../../model/entity.ts'
import { layerColour } from '../lib/layers.ts'

/** The 8 px square of a layer; always stands beside the layer's or the entity's name. */
export function LayerSwatch({ layer }: { readonly layer: Layer | null }) {
  return (
    <svg width="8" height="8" aria-hidden="true">
      <rect width="8" height="8" rx="1.5" fill={layerColour(layer)} />
    </svg>
  )
}
