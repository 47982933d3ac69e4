import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findSeries } from '../support/answers.ts'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { startDaemon, type Daemon } from '../support/programs.ts'
import { findProgram } from '../support/requirements.ts'

const prometheus = findProgram('prometheus')

let folder: string
let server: PlumblineProcess
let target: Server
let daemon: Daemon

beforeAll(async () => {
  if (prometheus === undefined) return
  folder = mkdtempSync(join(tmpdir(), 'plumbline-prometheus-'))
  server = await servePlumbline({ data: join(folder, 'data') })
  target = await exposeMetrics()
  daemon = startPrometheus(prometheus)
})

afterAll(async () => {
  if (prometheus === undefined) return
  await daemon.stop()
  target.close()
  await server.stop()
  rmSync(folder, { recursive: true })
})

test.skipIf(prometheus === undefined)('Prometheus writes what it scrapes', async () => {
  const { port } = target.address() as AddressInfo
  const series = await findSeries(
    server,
    `service:desktops/127.0.0.1:${port}`,
    'desktop_sessions',
    3,
  )
  expect(series.attributes).toMatchObject({ pool: 'accounting "A"' })
  expect(series.points.map(([, value]) => value)).toContain(231.5)
})

/** A target with one gauge, as an exporter would show it. */
async function exposeMetrics(): Promise<Server> {
  const listening = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4')
    response.end(
      '# TYPE desktop_sessions gauge\ndesktop_sessions{pool="accounting \\"A\\""} 231.5\n',
    )
  }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  return listening
}

function startPrometheus(program: string): Daemon {
  const config = join(folder, 'prometheus.yml')
  const address = `127.0.0.1:${(target.address() as AddressInfo).port}`
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s' },
      remote_write: [
        { url: `${server.url}/api/v1/write`, queue_config: { batch_send_deadline: '1s' } },
      ],
      scrape_configs: [{ job_name: 'desktops', static_configs: [{ targets: [address] }] }],
    }),
  )
  return startDaemon(program, [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'tsdb')}`,
    '--web.listen-address=127.0.0.1:0',
  ])
}
