import type { CompileRegex } from '../../../model/match.ts'
import type { Dictionaries } from './dictionary.ts'
import type { Engine } from './engine.ts'
import type { Partition } from './partition.ts'
import type { RecordReader } from './record-reader.ts'

/** What every question needs of the store. */
export interface Reading {
  readonly engine: Engine
  readonly dictionaries: Dictionaries
  readonly reader: RecordReader
  readonly compileRegex: CompileRegex
  /** Oldest day first. */
  readonly partitions: () => readonly Partition[]
}
