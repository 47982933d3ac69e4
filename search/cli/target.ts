import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { pino } from 'pino'
import { AppError } from '../../model/errors.ts'
import { readConfig } from '../config.ts'
import { startPlumbline, storeFolder } from '../main.ts'
import { ApiClient } from './client.ts'

const DEFAULT_URL = 'http://127.0.0.1:7600'

export interface TargetOptions {
  readonly url?: string
  readonly data?: string
}

/** Adds `--url` and `--data` to a command that reads or writes a store. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('--url <url>', `a running server (default: PLUMBLINE_URL or ${DEFAULT_URL})`)
    .option('--data <dir>', 'an embedded store that no server holds')
}

/**
 * Runs `work` against the server the options name. With `--data` the program itself serves that folder,
 * on a free loopback port and nothing else, for as long as the work takes. Only work that `makesData`
 * may name a folder without data: a reader of one has mistyped it.
 */
export async function withServer<T>(
  options: TargetOptions,
  work: (client: ApiClient) => Promise<T>,
  makesData = false,
): Promise<T> {
  if (options.data === undefined) {
    return work(new ApiClient(options.url ?? process.env['PLUMBLINE_URL'] ?? DEFAULT_URL))
  }
  if (options.url !== undefined) {
    throw new AppError('configuration', 'give either --url or --data, not both')
  }
  if (!makesData && !existsSync(storeFolder(options.data))) {
    throw new AppError('configuration', `there is no data in ${options.data}`, {
      hint: 'name the folder that "plumbline serve --data" uses, or leave --data out to ask a running server',
    })
  }
  const config = readConfig({ data: options.data, port: 0, syslog: 'off' }, {})
  const running = await startPlumbline(config, pino({ level: 'warn' }, pino.destination(2)))
  try {
    return await work(new ApiClient(running.url))
  } finally {
    await running.close()
  }
}
