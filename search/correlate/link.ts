import type { EntityId } from '../../model/entity.ts'
import type { LogRecord } from '../../model/record.ts'
import type { QueryContext } from '../store/store.ts'
import type { Topology } from '../topology/topology.ts'
import type { Reading } from './nearest.ts'
import type { Order } from './order.ts'

/** What finding links works with. */
export interface Correlating {
  readonly store: Reading
  readonly topology: Topology
  readonly context: QueryContext
}

/** What two things have in common that makes them belong together (causality.md 5.3). */
export type LinkKind = 'identifier' | 'topology'

/** What belongs with a record, and why. */
export interface Link {
  readonly to: { readonly record: LogRecord } | { readonly entity: EntityId }
  readonly kind: LinkKind
  /** One sentence for people: what joins them and where that was read. */
  readonly reason: string
  /** What joins them: an identifier's value, or the entity between them. */
  readonly value: string
  /** From 0 to 1: how much it says that they belong together, not that one caused the other. */
  readonly strength: number
  /** Of the linked record against the one asked about; undecided for an entity. */
  readonly order: Order
}

/** Weaker links are left out: they are as likely chance. */
export const WEAKEST = 0.05
