import type { Command } from 'commander'
import { addTargetOptions, withServer, type TargetOptions } from './target.ts'

interface WhyOptions extends TargetOptions {
  readonly at: string
  readonly window: string
}

export function addWhy(program: Command): void {
  const command = program
    .command('why')
    .description('the likely causes of a slow entity (not part of this version yet)')
    .argument('<entity>', 'id or any name')
    .requiredOption('--at <time>', 'when it was slow')
    .option('--window <duration>', 'how long around it', '15m')
    .option('--json', 'the answer as JSON')
  addTargetOptions(command).action((entity: string, options: WhyOptions) =>
    withServer(options, async (client) => {
      const { at, window } = options
      const answer = await client.post('/api/v1/why', { entity, at, window })
      process.stdout.write(`${JSON.stringify(answer)}\n`)
    }),
  )
}
