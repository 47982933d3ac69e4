import type { ApiLink, ApiRecord } from '../../model/api.ts'

/** A link between records. */
export interface RecordLink extends ApiLink {
  readonly record: ApiRecord
}

/** Links to records that say the same of the same: one line for all. */
export interface LinkGroup {
  /** In the order that was given: the first stands for all. */
  readonly links: readonly [RecordLink, ...RecordLink[]]
  readonly first: RecordLink
}

/** Links that are shown, and those so weak that they are only counted. */
export interface GroupedLinks {
  readonly strong: readonly LinkGroup[]
  readonly weak: readonly LinkGroup[]
}

/** Below this a link is as good as chance: not shown unless asked for. */
export const WEAK = 0.1

/**
 * Links to records by who speaks and by pattern, each group where its first stands; a record without a pattern is alone.
 *
 * @param links in the order of their worth
 */
export function groupLinks(
  links: readonly ApiLink[],
  speaker: (record: ApiRecord) => string,
): GroupedLinks {
  const ofRecords = links.filter(isOfRecord)
  return {
    strong: groupsOf(
      ofRecords.filter(({ strength }) => strength >= WEAK),
      speaker,
    ),
    weak: groupsOf(
      ofRecords.filter(({ strength }) => strength < WEAK),
      speaker,
    ),
  }
}

const isOfRecord = (link: ApiLink): link is RecordLink => link.record !== undefined

function groupsOf(
  links: readonly RecordLink[],
  speaker: (record: ApiRecord) => string,
): LinkGroup[] {
  const groups = new Map<string, [RecordLink, ...RecordLink[]]>()
  for (const link of links) {
    const { template, id } = link.record
    const key = JSON.stringify(template === null ? [id] : [speaker(link.record), template.id])
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [link])
    else known.push(link)
  }
  return [...groups.values()].map((ofOne) => ({ links: ofOne, first: ofOne[0] }))
}

/** Records of groups. */
export const recordCount = (groups: readonly LinkGroup[]): number =>
  groups.reduce((sum, { links }) => sum + links.length, 0)
