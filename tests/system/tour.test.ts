import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findRecord } from '../support/answers.ts'
import { servePlumbline } from '../support/plumbline-process.ts'
import { run } from '../support/programs.ts'
import { tourOf } from '../support/readme-tour.ts'
import { findProgram, REPOSITORY } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary.ts'

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
    // Syslog acknowledges nothing, so there is nothing to settle until it has come.
    if (command.startsWith('logger')) await findRecord(server, 'hello from logger')
  }
})
