import { inject, onTestFinished } from 'vitest'
import { join } from 'node:path'
import { servePlumbline, type PlumblineProcess } from '../plumbline-process.ts'
import { temporaryFolder } from '../temporary.ts'
import { prefixOf } from './places.ts'

export interface RoleOptions {
  /** Default: a new one. */
  readonly data?: string
  /** Further flags; without `--drain` it is 0. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** In place of the tests' server: a proxy before it. */
  readonly elastic?: string
}

/** A process of a role on the indices of a place; killed at the end of the test if it still runs. */
export async function serveRole(
  place: string,
  role: 'all' | 'ingest' | 'search',
  { data, args = [], env = {}, elastic = inject('elasticsearch')!.url }: RoleOptions = {},
): Promise<PlumblineProcess> {
  const server = await servePlumbline({
    data: data ?? join(temporaryFolder(), 'data'),
    args: [
      ...['--store', 'elastic', '--elastic', elastic, '--elastic-prefix', prefixOf(place)],
      ...['--role', role, ...(args.includes('--drain') ? [] : ['--drain', '0']), ...args],
    ],
    env,
  })
  onTestFinished(async () => void (await server.kill()))
  return server
}
