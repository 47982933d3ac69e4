import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { addSearch } from '../../../search/cli/search.ts'
import { addTail } from '../../../search/cli/tail.ts'
import { record } from '../../support/record.ts'
import { apiRecord } from '../../../model/api.ts'
import { temporaryFolder } from '../../support/temporary.ts'

let printed = ''
let server: Server | undefined

beforeEach(() => {
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})

afterEach(() => {
  vi.restoreAllMocks()
  server?.closeAllConnections()
  server?.close()
  server = undefined
})

/** Runs one command as `plumbline` does. */
async function run(add: (program: Command) => void, ...args: string[]): Promise<void> {
  const program = new Command('plumbline').exitOverride()
  add(program)
  await program.parseAsync(['node', 'plumbline', ...args])
}

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('tail goes on behind the last record it has shown when the connection breaks', async () => {
  const seen: unknown[] = []
  const event = (id: number, body: string) =>
    `id: ${id}\nevent: record\ndata: ${JSON.stringify(apiRecord(record({ body })))}\n\n`
  const url = await serve((request, response) => {
    seen.push(request.headers['last-event-id'])
    if (seen.length === 3) {
      response.writeHead(400).end('{"error":{"code":"invalid_request","message":"enough"}}')
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (seen.length === 1)
      response.write(event(1, 'first') + event(2, 'second'), () =>
        setTimeout(() => response.destroy(), 50),
      )
    else response.end(event(3, 'third'))
  })
  await expect(run(addTail, 'tail', '--url', url)).rejects.toThrow('enough')
  expect(seen).toEqual([undefined, '2', '3'])
  expect([...printed.matchAll(/first|second|third/g)].map(String)).toEqual([
    'first',
    'second',
    'third',
  ])
})

test.each([
  [['--from', '2h'], 'cannot read from "2h" as a time', 'for so long ago write now-2h'],
  [
    ['--to', 'soon'],
    'cannot read to "soon" as a time',
    expect.stringContaining('now-15m') as string,
  ],
  [
    ['--from', '2026-11-20', '--to', '2026-11-20'],
    expect.stringContaining('window is empty') as string,
    undefined,
  ],
])('search refuses %j as wrong usage before it asks anybody', async (flags, message, hint) => {
  const refused = run(addSearch, 'search', 'x', '--url', 'http://127.0.0.1:1', ...flags)
  await expect(refused).rejects.toMatchObject({ code: 'configuration', message, hint })
})

test('a folder without data is refused by a reader, and not made', async () => {
  const missing = join(temporaryFolder(), 'typo')
  await expect(run(addSearch, 'search', 'x', '--data', missing)).rejects.toMatchObject({
    code: 'configuration',
    message: `there is no data in ${missing}`,
  })
})
