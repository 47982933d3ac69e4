import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { AppError, messageOf } from '../../model/errors.ts'
import { parseRfc3339, type Micros, type TimeRange } from '../../model/time.ts'
import { checker } from '../api/check.ts'

const moment = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' })
const count = Type.Integer({ minimum: 0 })

const manifestSchema = Type.Object({
  /** Names what the files were built from; other files, another build. */
  build: Type.String({ minLength: 1 }),
  from: moment,
  to: moment,
  lines: count,
  points: count,
  /** Rows of inventory and of changes. */
  inventory: count,
  changes: count,
  vms: count,
  hosts: count,
  /** What its user complains about. */
  slow: Type.Optional(Type.Object({ desktop: Type.String(), from: moment, to: moment })),
})

/** What stands beside the files of a sample, as `sample.json`; times are RFC 3339, ranges half open. */
export type SampleManifest = Static<typeof manifestSchema>

const MANIFEST = 'sample.json'
export const BUILD_AGAIN = 'build it with "npm run build:sample"'

const faultIn = checker(manifestSchema)

/** Reads the manifest of a sample folder. Throws `not_found` where there is none. */
export async function readManifest(folder: string): Promise<SampleManifest> {
  const path = join(folder, MANIFEST)
  try {
    return parseManifest(path, await readFile(path, 'utf8'))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    const message = `there is no sample incident in ${folder}`
    throw new AppError('not_found', message, { cause, hint: BUILD_AGAIN })
  }
}

/** Throws `storage_unavailable` for a text that is no manifest; `path` is for its message. */
export function parseManifest(path: string, text: string): SampleManifest {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw damaged(path, messageOf(cause), cause)
  }
  const fault = faultIn(value)
  if (fault !== undefined) throw damaged(path, `${fault.field || 'it'} ${fault.why}`)
  return value as SampleManifest
}

/** The error of a file of the sample that cannot be used. */
export function damaged(path: string, why: string, cause?: unknown): AppError {
  const message = `cannot read the sample file ${path}: ${why}`
  return new AppError('storage_unavailable', message, { cause, hint: BUILD_AGAIN })
}

/** The range of a manifest's times, or of a part of it. */
export function rangeOf({ from, to }: { readonly from: string; readonly to: string }): TimeRange {
  return { from: instant(from), to: instant(to) }
}

function instant(text: string): Micros {
  const time = parseRfc3339(text)
  if (time === undefined) throw new AppError('storage_unavailable', `${text} is no time`)
  return time.us
}
