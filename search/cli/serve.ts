import type { Command } from 'commander'
import { pino } from 'pino'
import { readConfig } from '../config.ts'
import { startPlumbline, type Running } from '../main.ts'
import { EXIT, reportError } from './exit.ts'

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('take records and answer questions until it is stopped')
    .option('--data <dir>', 'data folder (default ./data)')
    .option('--sample', 'show the sample incident (data folder then ./data/sample)')
    .option('--host <host>', 'address for HTTP (default 127.0.0.1)')
    .option('--port <port>', 'port for HTTP, 0 for a free one (default 7600)')
    .option('--role <role>', 'all, ingest or search (default all)')
    .option('--node <name>', 'its name among ingest processes (kept in the data folder)')
    .option('--drain <seconds>', 'go on so long after SIGTERM, not ready (default 0; by role 5)')
    .option('--store <store>', 'embedded or elastic (default embedded)')
    .option('--elastic <url>', 'Elasticsearch, for --store elastic; nodes with commas between them')
    .option('--elastic-prefix <name>', 'how its indices are named (default plumbline)')
    .option(
      '--elastic-ca <file>',
      'who signed its certificate (PEM), where no public authority did',
    )
    .option('--config <file>', 'settings as JSON; flags and environment win')
    .option('--syslog <host:port>', 'syslog over UDP and TCP, or off (default 127.0.0.1:5514)')
    .option('--syslog-tls <host:port>', 'syslog over TLS, or off')
    .option('--tls-cert <file>', 'certificate (PEM) for --syslog-tls')
    .option('--tls-key <file>', 'private key (PEM) for --syslog-tls')
    .option('--log-level <level>', 'fatal, error, warn, info, debug, trace or silent')
    .action(async (flags: Record<string, unknown>) => {
      const config = readConfig(flags, process.env)
      const log = pino({ level: config.logLevel, base: null }, pino.destination(2))
      // Before the first line: whoever reads it may ask for the end at once.
      const stop = untilSignal(log)
      const running = await startPlumbline(config, log)
      process.stdout.write(`listening on ${running.url}\n`)
      if (config.sample) await showSample(running)
      const failure = await Promise.race([stop, running.failed])
      // What was acknowledged is in the spool: whoever watches this process starts it again.
      if (failure !== undefined) process.exit(reportError(failure))
      await running.close()
      log.info('stopped')
    })
}

/** Loads the sample where it is not yet, and says that it is one; without it the server serves on. */
async function showSample({ url, sample }: Running): Promise<void> {
  if (sample === undefined) return
  try {
    await sample.load()
  } catch (error) {
    reportError(error)
    return
  }
  const { about } = await sample.status()
  const slow = about?.slow ?? undefined
  const what =
    slow === undefined
      ? 'the sample incident'
      : `a data centre in which ${slow.desktop} is slow from ${slow.from} to ${slow.to}`
  process.stdout.write(
    `this is sample data, ${what}: open ${url}; for your own data: npx plumbline serve\n`,
  )
}

/** Resolves at SIGTERM or SIGINT, also when it comes while the program starts; a second one ends at once. */
async function untilSignal(log: pino.Logger): Promise<void> {
  const signal = await new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  log.info({ signal }, 'stopping; a second signal ends at once')
  const force = (): never => process.exit(EXIT.failed)
  process.once('SIGTERM', force)
  process.once('SIGINT', force)
}
