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

/**
 * One server for all tests of the project: the one PLUMBLINE_TEST_ELASTIC names (with
 * PLUMBLINE_TEST_ELASTIC_REPOSITORIES, a folder of its `path.repo`), else one of our own.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const url = process.env['PLUMBLINE_TEST_ELASTIC']
  if (url !== undefined) {
    const repositories = process.env['PLUMBLINE_TEST_ELASTIC_REPOSITORIES'] ?? null
    project.provide('elasticsearch', { url, repositories })
    return undefined
  }
  const files = findServerFiles()
  if ('missing' in files) {
    const message =
      `Elasticsearch is missing: its store is not tried; it takes ${files.missing}` +
      ' (Debian: apt-get install maven openjdk-17-jre-headless), or PLUMBLINE_TEST_ELASTIC=URL'
    if (process.env['CI'] !== undefined) throw new Error(message)
    process.stderr.write(`\n*** SKIPPED: ${message} ***\n`)
    project.provide('elasticsearch', null)
    return undefined
  }
  const server = await ElasticsearchServer.start(files)
  project.provide('elasticsearch', { url: server.url, repositories: server.repositories })
  return () => server.stop()
}
