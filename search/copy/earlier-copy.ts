import { AppError } from '../../model/errors.ts'
import { FIRST_NODE } from '../node-name.ts'
import type { Contents, CountedStretch, WholeStore } from '../store/whole-store.ts'
import { COPY_MARK, readMark, type CopyMark } from './copy-mark.ts'
import { fieldThatDiffers } from './record-batches.ts'

/** Processes that share a store agree by such documents; they are of no use elsewhere. */
const LEASES = 'lease:'

/** The documents that people and programs left, without those that keep a store or a copy going. */
export async function savedDocuments(store: WholeStore): Promise<Map<string, string>> {
  const all = await store.documents()
  return new Map([...all].filter(([key]) => key !== COPY_MARK && !key.startsWith(LEASES)))
}

/** The stretch of a node's day in what a store holds. */
export const stretchIn = (
  { records }: Contents,
  { day, node }: Pick<CountedStretch, 'day' | 'node'>,
): CountedStretch | undefined => records.find((one) => one.day === day && one.node === node)

/**
 * Answers how far an earlier copy has come; undefined for a target that is empty. Throws
 * `invalid_request` where the target holds anything that does not come from this source.
 */
export async function earlierCopy(
  source: WholeStore,
  held: Contents,
  target: WholeStore,
  copied: Contents,
): Promise<CopyMark | undefined> {
  const mark = await readMark(target)
  if (mark === undefined) {
    if (!(await isEmpty(target, copied))) throw refused('it holds data that is no copy')
    return undefined
  }
  for (const node of new Set([...copied.nodes, FIRST_NODE])) {
    const { position } = await target.recovery(node)
    if (position !== null && position.segment > 0) {
      throw refused(`it has taken records of its own since ${mark.source} was copied`)
    }
  }
  for (const stretch of copied.records) {
    const { day, node, to } = stretch
    const of = stretchIn(held, stretch)
    if (of === undefined || of.from !== stretch.from || of.to < to || of.count < stretch.count) {
      throw refused(
        `its ${stretch.count} records of ${day} by node ${node} are not among those of the source; it is a copy of ${mark.source}`,
      )
    }
    const last = { day, node, from: to - 1, to }
    const [there, here] = await Promise.all([source.recordsOf(last, 1), target.recordsOf(last, 1)])
    const field = fieldThatDiffers(there[0]!, here[0]!)
    if (field !== undefined) {
      throw refused(
        `record ${here[0]!.id} has another ${field} in the source; it is a copy of ${mark.source}`,
      )
    }
  }
  return mark
}

const refused = (why: string): AppError =>
  new AppError('invalid_request', `cannot copy into this target: ${why}`, {
    hint: 'copy into an empty or absent folder, or to other indices with --elastic-prefix NAME',
  })

async function isEmpty(target: WholeStore, { records, points }: Contents): Promise<boolean> {
  if (records.length > 0 || points.length > 0) return false
  const lists = await Promise.all([
    target.entities(),
    target.relations(),
    target.sources(),
    target.deadLetters(1),
  ])
  return lists.every((list) => list.length === 0) && (await savedDocuments(target)).size === 0
}
