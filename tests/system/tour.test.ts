import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { run } from '../support/programs.ts'
import { tourOf } from '../support/readme-tour.ts'
import { findProgram, REPOSITORY } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

const PROGRAM = join(REPOSITORY, 'dist/search/cli/plumbline.js')
const logger = findProgram('logger')

/** Without what differs from run to run: how long it took, when the live line came, on which machine. */
const comparable = (text: string): string =>
  text
    .replace(/\d+\.\d s, \d+ lines\/s/, '… s, … lines/s')
    .replace(/ {2,}/g, '  ')
    .replace(/^((?:\S+ {2}){11})[\d.]+ {2}/gm, '$1… ')
    .replace(/^\S+( {2}complete {2}rfc5424 .*… ).*$/m, 'here$1…')

test.skipIf(logger === undefined)('the README shows what its commands print', async () => {
  const server = await servePlumbline({ data: join(temporaryFolder(), 'data') })
  onTestFinished(async () => void (await server.stop()))
  const syslog = await server.listener('syslog-tcp')
  const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8')
  const steps = tourOf(readme, 'Five minutes')
  expect(steps.length).toBeGreaterThan(6)
  for (const { command, printed } of steps) {
    const here = command
      .replaceAll('npx plumbline', `'${process.execPath}' '${PROGRAM}'`)
      .replaceAll('http://127.0.0.1:7600', server.url)
      .replace('-P 5514', `-P ${syslog.port}`)
      .replace(/^curl /, 'curl -s ')
    const { output } = await run('bash', ['-c', `cd '${REPOSITORY}' && ${here}`], {
      PLUMBLINE_URL: server.url,
    })
    expect(comparable(output.trim()), command).toBe(comparable(printed))
    await server.post('/api/v1/ingest/settle', {})
    // Syslog acknowledges nothing, and the sources are looked at once in a while.
    if (command.startsWith('logger')) await waitUntil(() => readFormats(server), hasSyslog)
  }
})

const hasSyslog = (formats: readonly string[]): boolean => formats.includes('rfc5424')

async function readFormats(server: PlumblineProcess): Promise<string[]> {
  const { sources } = await server.get<{ sources: { format: string }[] }>('/api/v1/sources')
  return sources.map(({ format }) => format)
}
