import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import {
  importFile,
  importedRange,
  serverTime,
  waiting,
  type FileImport,
  type ImportedRange,
} from './import-files.ts'
import { messageOf } from '../../model/errors.ts'

/** Files on their way from this browser into the store; one import at a time, what comes meanwhile is added to it. */
export interface Imports {
  readonly files: readonly FileImport[]
  readonly isRunning: boolean
  /** What has become findable, after the last file; null when nothing new did. */
  readonly range: ImportedRange | null
  /** Why the import as a whole stopped, when it did. */
  readonly failure: string | null
}

const NONE: Imports = { files: [], isRunning: false, range: null, failure: null }

const imports = createStore<Imports>()(() => NONE)
let queue: { readonly file: File; readonly at: number }[] = []
let stopping = new AbortController()

export const useImports = (): Imports => useStore(imports)

/** Imports files one after the other; their progress is in {@link useImports}. */
export function startImport(files: readonly File[]): void {
  if (files.length === 0) return
  const { isRunning, files: before } = imports.getState()
  const kept = isRunning ? before : []
  queue.push(...files.map((file, i) => ({ file, at: kept.length + i })))
  imports.setState({ files: [...kept, ...files.map(waiting)] })
  if (!isRunning) void run()
}

/** Ends what is running; what was sent is kept, and an import started again goes on. */
export function stopImport(): void {
  stopping.abort()
}

/** Forgets the summary. */
export function closeImport(): void {
  if (!imports.getState().isRunning) imports.setState(NONE)
}

async function run(): Promise<void> {
  stopping = new AbortController()
  imports.setState({ isRunning: true, range: null, failure: null })
  try {
    const since = await serverTime(-1_000)
    for (let next; (next = queue.shift()) !== undefined;) {
      const { file, at } = next
      const put = (now: FileImport): void =>
        imports.setState(({ files }) => ({ files: files.with(at, now) }))
      put(await importFile(file, stopping.signal, put))
    }
    const isAnyStored = imports.getState().files.some(({ stored }) => stored > 0)
    imports.setState({ range: isAnyStored ? ((await importedRange(since)) ?? null) : null })
  } catch (error) {
    queue = []
    imports.setState({ failure: messageOf(error) })
  } finally {
    imports.setState({ isRunning: false })
  }
}
