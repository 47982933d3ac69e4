import type { Command } from 'commander'
import { FORMATS } from '../../ingest/formats/index.ts'
import { textTable } from './terminal.ts'

export function addFormats(program: Command): void {
  program
    .command('formats')
    .description('list the log formats this program reads')
    .action(() => {
      const rows = FORMATS.map((format) => [
        format.name,
        format.layer ?? 'any',
        format.title,
        format.reference,
      ])
      process.stdout.write(textTable(['format', 'layer', 'what', 'defined by'], rows))
    })
}
