import { join } from 'node:path'
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { findRecord } from '../support/answers.ts'
import { prefixOf, StorePlaces } from '../support/elasticsearch/places.ts'
import { serveRole } from '../support/elasticsearch/serve-role.ts'
import { runPlumbline, servePlumbline } from '../support/plumbline-process.ts'
import { temporaryFolder } from '../support/temporary.ts'

const elasticsearch = inject('elasticsearch')

describe.skipIf(elasticsearch === null)('a data folder', () => {
  const places = new StorePlaces(elasticsearch!)
  afterAll(() => places.removeAll(), 60_000)

  /** How a second process with that folder ends. */
  const refusal = async (data: string, more: readonly string[]): Promise<string> => {
    const ports = ['--port', '0', '--syslog', '127.0.0.1:0']
    const { code, stderr } = await runPlumbline(['serve', '--data', data, ...ports, ...more])
    expect(code).toBe(1)
    return stderr
  }

  test('is taken by one process, until that ends, however it ends', async () => {
    const place = await places.make()
    const data = join(temporaryFolder(), 'data')
    const elastic = ['--store', 'elastic', '--elastic', elasticsearch!.url]
    const args = [...elastic, '--elastic-prefix', prefixOf(place)]
    let server = await serveRole(place, 'all', { data })
    const words = (pid: number): string =>
      `cannot open ${join(data, 'lock.duckdb')}: process ${pid} is using this data folder`
    // Other indices, another role and another store are the same spool.
    for (const other of [
      args,
      [...elastic, '--elastic-prefix', prefixOf(await places.make())],
      [...args, '--role', 'ingest'],
      [],
    ]) {
      const said = await refusal(data, other)
      expect(said).toContain(words(server.pid))
      expect(said).toContain('stop that process, or give this one its own folder with --data DIR')
    }
    for (const body of ['before the first kill', 'before the second kill']) {
      const line = { time: new Date().toISOString(), source: 'a', body }
      await server.post('/api/v1/ingest/logs', line)
      await server.kill()
      server = await serveRole(place, 'all', { data })
      await findRecord(server, `"${body}"`)
      expect(await refusal(data, args)).toContain(words(server.pid))
    }
    await server.stop()
    await (await serveRole(place, 'all', { data })).stop()
  })

  test('is shared with who only answers, who writes nothing into it', async () => {
    const place = await places.make()
    const data = join(temporaryFolder(), 'data')
    await serveRole(place, 'ingest', { data })
    const search = await serveRole(place, 'search', { data })
    expect(await search.get('/ready')).toEqual({ ready: true })
  })

  test('of an embedded store is refused to a process on Elasticsearch', async () => {
    const data = join(temporaryFolder(), 'data')
    const server = await servePlumbline({ data })
    onTestFinished(async () => void (await server.kill()))
    const said = await refusal(data, ['--store', 'elastic', '--elastic', elasticsearch!.url])
    expect(said).toContain(`process ${server.pid} is using this data folder`)
  })
})
