import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
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
    .replace(/^\S+( +complete +rfc5424 .*?) +[\d.]+ {2}\S+$/m, 'here$1  … …')
    .replace(/ {2,}/g, '  ')

test.skipIf(logger === undefined)('the README shows what its commands print', async () => {
  const server = await servePlumbline({ data: join(temporaryFolder(), 'data') })
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
  await server.stop()
})
