import { resolve } from 'node:path'
import type { Command } from 'commander'
import { AppError } from '../../model/errors.ts'
import { readConfig } from '../config.ts'
import { differences } from '../copy/check.ts'
import { copyStore } from '../copy/copy.ts'
import { readMark } from '../copy/copy-mark.ts'
import { closeStore, nameOfPlace, openSource, openTarget, type CopyPlace } from '../copy/places.ts'
import { elasticPlace } from '../elastic-place.ts'
import type { OpenedStore } from '../store/open.ts'
import { copyReport } from './copy-report.ts'
import { printable } from './terminal.ts'

interface CopyFlags {
  readonly from: string
  readonly to: string
  readonly verify?: boolean
  readonly elastic?: string
  readonly elasticPrefix?: string
  readonly elasticCa?: string
}

/** Stands for the indices that the other options name. */
const ELASTIC = 'elastic'
/** Differences that are printed. */
const SHOWN = 20

export function addCopy(program: Command): void {
  program
    .command('copy')
    .description(
      'copy everything between a data folder and Elasticsearch; started again it goes on',
    )
    .requiredOption('--from <place>', 'a data folder that no server holds, or the word elastic')
    .requiredOption('--to <place>', 'the word elastic, or an empty or absent folder')
    .option('--verify', 'copy nothing; compare a copy with its source')
    .option('--elastic <url>', 'Elasticsearch; nodes with commas between them')
    .option('--elastic-prefix <name>', 'how its indices are named (default plumbline)')
    .option(
      '--elastic-ca <file>',
      'who signed its certificate (PEM), where no public authority did',
    )
    .action(async (flags: CopyFlags) => {
      const [from, to] = await placesOf(flags)
      const source = await openSource(from)
      try {
        const isCheck = flags.verify === true
        const target = await openTarget(to, isCheck)
        try {
          await run(source, target, nameOfPlace(from), isCheck)
        } finally {
          await closeStore(target)
        }
      } finally {
        await closeStore(source)
      }
    })
}

async function placesOf(flags: CopyFlags): Promise<[CopyPlace, CopyPlace]> {
  const { from, to } = flags
  if ((from === ELASTIC) === (to === ELASTIC)) {
    throw new AppError(
      'configuration',
      'one of --from and --to must be the word "elastic", the other a data folder',
      { hint: 'a folder is copied into another with "plumbline backup" and "plumbline restore"' },
    )
  }
  const indices = await elasticOf(flags)
  const folder = { folder: resolve(from === ELASTIC ? to : from) }
  return from === ELASTIC ? [indices, folder] : [folder, indices]
}

/** The indices, by flags and environment as for `serve`. */
async function elasticOf({ elastic, elasticPrefix, elasticCa }: CopyFlags): Promise<CopyPlace> {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name.startsWith('PLUMBLINE_ELASTIC')),
  )
  const flags = { store: ELASTIC, elastic, elasticPrefix, elasticCa }
  if ((elastic ?? environment['PLUMBLINE_ELASTIC'] ?? '') === '') {
    throw new AppError('configuration', 'where Elasticsearch is must be said: --elastic URL')
  }
  return elasticPlace(readConfig(flags, environment))
}

async function run(
  source: OpenedStore,
  target: OpenedStore,
  name: string,
  isCheck: boolean,
): Promise<void> {
  const report = copyReport()
  try {
    if (!isCheck) {
      await copyStore({
        ...{ source: source.store, target: target.store, name },
        onProgress: (progress) => report.progress(progress),
      })
      report.copied()
    } else if ((await readMark(target.store))?.isComplete !== true) {
      throw new AppError('invalid_request', 'cannot compare: the target is no finished copy', {
        hint: 'leave --verify out to copy, or to go on with a copy',
      })
    }
    const found: string[] = []
    const compared = differences(source.store, target.store, (what) => report.compares(what))
    for await (const { what, source: expected, target: copied } of compared) {
      found.push(`differs  ${what}: ${expected} in the source, ${copied} in the copy`)
    }
    report.end()
    process.stdout.write(
      found
        .slice(0, SHOWN)
        .map((line) => `${printable(line)}\n`)
        .join(''),
    )
    if (found.length === 0) {
      process.stdout.write(`compared ${report.compared} questions: source and copy are the same\n`)
      return
    }
    throw new AppError('internal', `the copy differs from its source in ${found.length} places`, {
      hint: 'if the source has taken records meanwhile, run the same command again',
    })
  } finally {
    report.end()
  }
}
