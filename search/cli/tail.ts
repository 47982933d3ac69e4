import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { ApiError, ApiRecord } from '../../model/api.ts'
import { AppError } from '../../model/errors.ts'
import { linesOf, type ApiClient } from './client.ts'
import { recordLine } from './print-records.ts'
import { addTargetOptions, withServer, type TargetOptions } from './target.ts'
import { printable, write } from './terminal.ts'

const RECONNECT_MS = 1_000

interface TailOptions extends TargetOptions {
  readonly json?: boolean
}

export function addTail(program: Command): void {
  const command = program
    .command('tail')
    .description('print records as they arrive, until interrupted')
    .argument('[query]', 'a filter without pipes', '')
    .option('--json', 'one JSON object a line')
  addTargetOptions(command).action((query: string, options: TailOptions) =>
    withServer(options, (client) => tail(client, query, options.json ?? false)),
  )
}

/** Follows the server's event stream, and goes on behind the last event when it breaks off. */
async function tail(client: ApiClient, query: string, isJson: boolean): Promise<void> {
  let lastId: string | undefined
  let hasConnected = false
  for (;;) {
    try {
      const path = `/api/v1/tail?query=${encodeURIComponent(query)}`
      const headers = lastId === undefined ? {} : { 'last-event-id': lastId }
      const response = await client.request(path, { headers })
      hasConnected = true
      for await (const event of eventsOf(response)) {
        await show(event, isJson)
        lastId = event.id ?? lastId
      }
    } catch (error) {
      // A server that restarts is waited for; one that was never there, or refuses, is an error.
      const isGone = !(error instanceof AppError) || error.code === 'storage_unavailable'
      if (!hasConnected || !isGone) throw error
    }
    process.stderr.write('the stream broke off; connecting again\n')
    await sleep(RECONNECT_MS)
  }
}

interface ServerEvent {
  readonly name: string
  readonly data: string
  readonly id: string | undefined
}

/** The events of a stream: our server writes each as `id`, `event` and `data`, one line of each. */
async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  let name = ''
  let id: string | undefined
  for await (const line of linesOf(response)) {
    if (line === '') id = undefined
    else if (line.startsWith('id: ')) id = line.slice(4)
    else if (line.startsWith('event: ')) name = line.slice(7)
    else if (line.startsWith('data: ')) yield { name, data: line.slice(6), id }
  }
}

async function show({ name, data }: ServerEvent, isJson: boolean): Promise<void> {
  if (name === 'record') {
    await write(isJson ? `${data}\n` : recordLine(JSON.parse(data) as ApiRecord))
  } else if (name === 'error') {
    const { error } = JSON.parse(data) as ApiError
    process.stderr.write(`plumbline: ${printable(error.message)}\n`)
  }
}
