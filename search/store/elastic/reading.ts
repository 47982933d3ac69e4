import type { CompileRegex } from '../../../model/match.ts'
import type { Connection } from './connection.ts'
import type { Descriptors } from './descriptors.ts'
import type { Indices } from './indices.ts'

/** What every question needs. */
export interface Reading {
  readonly connection: Connection
  readonly indices: Indices
  readonly descriptors: Descriptors
  readonly compileRegex: CompileRegex
}
