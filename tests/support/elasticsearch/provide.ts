import type { TestProject } from 'vitest/node'
import { findServerFiles } from './server-files.ts'
import { ElasticsearchServer } from './server.ts'

/** Where the tests find Elasticsearch; null where there is none and they skip. */
export interface ElasticsearchPlace {
  readonly url: string
  /** A folder that may hold snapshots and that both sides see; null where none is known. */
  readonly repositories: string | null
}

declare module 'vitest' {
  interface ProvidedContext {
    elasticsearch: ElasticsearchPlace | null
  }
}

export interface ProvidedElasticsearch {
  readonly place: ElasticsearchPlace | null
  readonly stop: () => Promise<void>
}

/**
 * Gives the tests of a project a server: the one PLUMBLINE_TEST_ELASTIC names (with
 * PLUMBLINE_TEST_ELASTIC_REPOSITORIES, a folder of its `path.repo`), else one of their own. Throws where there is none
 * and `CI` is set.
 */
export async function provideElasticsearch(project: TestProject): Promise<ProvidedElasticsearch> {
  const provide = (
    place: ElasticsearchPlace | null,
    stop = (): Promise<void> => Promise.resolve(),
  ): ProvidedElasticsearch => {
    project.provide('elasticsearch', place)
    return { place, stop }
  }
  const url = process.env['PLUMBLINE_TEST_ELASTIC']
  if (url !== undefined) {
    const repositories = process.env['PLUMBLINE_TEST_ELASTIC_REPOSITORIES'] ?? null
    return provide({ url, repositories })
  }
  const files = findServerFiles()
  if ('missing' in files) {
    const message =
      `Elasticsearch is missing: its store is not tried; it takes ${files.missing}` +
      ' (Debian: apt-get install maven openjdk-17-jre-headless), or PLUMBLINE_TEST_ELASTIC=URL'
    if (process.env['CI'] !== undefined) throw new Error(message)
    process.stderr.write(`\n*** SKIPPED: ${message} ***\n`)
    return provide(null)
  }
  const server = await ElasticsearchServer.start(files)
  const { url: own, repositories } = server
  return provide({ url: own, repositories }, () => server.stop())
}
