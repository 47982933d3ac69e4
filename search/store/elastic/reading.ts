import type { CompileRegex } from '../../../model/match.ts'
import type { Connection } from './connection.ts'
import type { Descriptors } from './descriptors.ts'
import type { Indices } from './indices.ts'
import type { Extents } from './time-windows.ts'

/** What every question needs. */
export interface Reading {
  readonly connection: Connection
  readonly indices: Indices
  readonly descriptors: Descriptors
  readonly extents: Extents
  readonly compileRegex: CompileRegex
}
