import type { Command } from 'commander'
import type { SourcesAnswer } from '../../model/api.ts'
import { addTargetOptions, withServer, type TargetOptions } from './target.ts'
import { textTable, type TableCell } from './terminal.ts'

interface SourcesOptions extends TargetOptions {
  readonly json?: boolean
}

const HEADING = [
  'source',
  'state',
  'format',
  'layer',
  'received',
  'stored',
  'unparsed',
  'duplicates',
  'rejected',
  'dead',
  'lost',
  'rate/s',
  'watermark',
]

export function addSources(program: Command): void {
  const command = program
    .command('sources')
    .description('list every source with its ledger')
    .option('--json', 'one JSON object a line')
  addTargetOptions(command).action((options: SourcesOptions) =>
    withServer(options, async (client) => {
      const { sources } = await client.get<SourcesAnswer>('/api/v1/sources')
      const text = options.json
        ? sources.map((source) => `${JSON.stringify(source)}\n`).join('')
        : textTable(HEADING, sources.map(rowOf))
      process.stdout.write(text)
    }),
  )
}

function rowOf(source: SourcesAnswer['sources'][number]): TableCell[] {
  const { counts } = source
  return [
    source.source,
    source.state,
    source.format,
    source.layer,
    counts.received,
    counts.stored,
    counts.unparsed,
    counts.deduplicated,
    counts.rejected,
    counts.deadLettered,
    counts.lost,
    source.rate,
    source.watermark,
  ]
}
