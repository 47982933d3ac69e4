import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { prefixOf, StorePlaces } from '../support/elasticsearch/places.ts'
import { provideElasticsearch } from '../support/elasticsearch/provide.ts'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { takeSample } from '../support/sample-in-store.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A server whose own records are those of the sample, in the embedded store; tests only read it. */
    readonly embeddedUrl: string
  }
}

/**
 * Elasticsearch, and one Plumbline on each store with the records of the sample as its own. `sampleUrl` is the one on
 * Elasticsearch: what `tests/e2e` tells of the sample is told of it too.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { place, stop } = await provideElasticsearch(project)
  if (place === null) return stop
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-equal-'))
  const servers: PlumblineProcess[] = []
  const places = new StorePlaces(place)
  const teardown = async (): Promise<void> => {
    for (const server of servers) await server.stop()
    await places.removeAll()
    await stop()
    rmSync(folder, { recursive: true })
  }
  try {
    const [embedded, elastic] = ['embedded', 'elastic'].map((name) => join(folder, name)) as [
      string,
      string,
    ]
    for (const data of [embedded, elastic]) mkdirSync(data)
    const prefix = prefixOf(await places.make())
    await Promise.all([takeSample(embedded), takeSample(elastic, { urls: [place.url], prefix })])
    servers.push(await servePlumbline({ data: embedded }))
    project.provide('embeddedUrl', servers[0]!.url)
    const args = ['--store', 'elastic', '--elastic', place.url, '--elastic-prefix', prefix]
    servers.push(await servePlumbline({ data: elastic, args: [...args, '--drain', '0'] }))
    project.provide('sampleUrl', servers[1]!.url)
  } catch (error) {
    await teardown()
    throw error
  }
  return teardown
}
