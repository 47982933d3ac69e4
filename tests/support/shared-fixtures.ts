import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const FIXTURES = resolve(import.meta.dirname, '../../../shared/fixtures')

/** One request of a real client, as it was received. */
export interface RecordedRequest {
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * The requests recorded from a real client, in order. Without the shared folder: fails in CI, elsewhere
 * says so in one line and answers none.
 */
export function recordedRequests(client: string): RecordedRequest[] {
  const folder = join(FIXTURES, client)
  if (!existsSync(folder)) {
    if (process.env['CI'] !== undefined)
      throw new Error(`the recorded requests are missing: ${folder}`)
    process.stderr.write(`SKIPPED: no recorded requests of ${client}, ${folder} is missing\n`)
    return []
  }
  const names = readdirSync(folder).filter((name) => name.endsWith('.bin'))
  return names.sort().map((name) => {
    const about = JSON.parse(readFileSync(join(folder, name.replace('.bin', '.json')), 'utf8')) as {
      url: string
      headers: Record<string, string>
    }
    return { name, ...about, body: readFileSync(join(folder, name)) }
  })
}
