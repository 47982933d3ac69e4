import type { Layer } from '../../model/entity.ts'

/** Layers in the order in which they are drawn, with their names for people. */
export const LAYER_NAMES: Readonly<Record<Layer, string>> = {
  session: 'Session',
  guest: 'Guest',
  hypervisor: 'Hypervisor',
  storage: 'Storage',
  network: 'Network',
  service: 'Service',
}

/** A layer's colour as CSS; what has no layer is grey. */
export const layerColour = (layer: Layer | null): string =>
  layer === null ? 'var(--text-3)' : `var(--${layer})`
