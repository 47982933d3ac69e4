import { resolve } from 'node:path'
import type { Command } from 'commander'
import { restoreBackup } from '../restore.ts'
import { addTargetOptions, withServer, type TargetOptions } from './target.ts'

export function addBackup(program: Command): void {
  const command = program
    .command('backup')
    .description('write a consistent copy of the data while the server runs')
    .argument('<dir>', 'an empty or absent folder on the machine of the server')
  addTargetOptions(command).action((dir: string, options: TargetOptions) =>
    withServer(options, async (client) => {
      const folder = resolve(dir)
      await client.post('/api/v1/backup', { folder })
      process.stdout.write(`backup written to ${folder}\n`)
    }),
  )
}

export function addRestore(program: Command): void {
  program
    .command('restore')
    .description('make a data folder from a backup')
    .argument('<dir>', 'a folder that "plumbline backup" wrote')
    .option('--data <dir>', 'the data folder to make: empty or absent', './data')
    .action(async (dir: string, options: { readonly data: string }) => {
      await restoreBackup(resolve(dir), resolve(options.data))
      process.stdout.write(
        `restored to ${resolve(options.data)}; start it with: plumbline serve --data ${options.data}\n`,
      )
    })
}
