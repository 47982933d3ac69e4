import { useMemo, useState } from 'react'
import type { ApiLink, ApiRecord } from '../../../model/api.ts'
import { groupLinks, recordCount, type LinkGroup, type RecordLink } from '../../lib/link-groups.ts'
import { count } from '../../lib/quantity.ts'
import { speakerOf, type EntityNames } from '../../lib/record-words.ts'
import { EntityLinkRow, GroupRow, MemberRow, RecordLinkRow } from './link-rows.tsx'
import { Section } from './dock-frame.tsx'
import styles from './dock.module.css'

interface BelongsWithProps {
  readonly record: ApiRecord
  readonly links: readonly ApiLink[]
  readonly isCut: boolean
  readonly isLoading: boolean
  readonly error: Error | null
  readonly names: EntityNames
  readonly zone: string
  readonly isRaw: boolean
  readonly onRecord: (id: string) => void
  readonly onEntity: (id: string) => void
}

/** Groups shown before "more". */
const FEW = 5

/**
 * What belongs with a record, strongest first: records, those of one pattern of one speaker as one row, then the entities that
 * its identifiers name. What is as good as chance is only counted until it is asked for.
 */
export function BelongsWith(props: BelongsWithProps) {
  const { links, isCut, isLoading, error, names } = props
  const [isWhole, setWhole] = useState(false)
  const [isWeakShown, setWeakShown] = useState(false)
  const { strong, weak } = useMemo(
    () => groupLinks(links, (record) => speakerOf(record, names)),
    [links, names],
  )
  const entities = links.filter((link) => link.entity !== undefined)
  const shown = isWhole ? strong : strong.slice(0, FEW)
  const more = recordCount(strong.slice(shown.length))
  const weaker = recordCount(weak)
  return (
    <Section title="Belongs with" note={noteOf(recordCount(strong), isCut)}>
      {error !== null && <p className={styles['caution']}>{error.message}</p>}
      {strong.length + entities.length === 0 && error === null && (
        <p className={styles['quiet']}>{isLoading ? 'being read' : nothingText(weaker)}</p>
      )}
      <ul className={styles['links']}>
        {shown.map((group) => (
          <Group key={group.first.record.id} {...props} group={group} />
        ))}
        {entities.map((link) => (
          <li key={link.entity!.id}>
            <EntityLinkRow {...props} link={link} />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <button type="button" className={styles['more']} onClick={() => setWhole(true)}>
          {count(more)} more
        </button>
      )}
      {weaker > 0 && (
        <button
          type="button"
          className={styles['weaker']}
          aria-expanded={isWeakShown}
          onClick={() => setWeakShown(!isWeakShown)}
        >
          {isWeakShown ? 'Hide the weaker' : `${count(weaker)}${isCut ? '+' : ''} weaker not shown`}
        </button>
      )}
      {isWeakShown && (
        <ul className={styles['links']} aria-label="Weaker links">
          {weak.map((group) => (
            <Group key={group.first.record.id} {...props} group={group} />
          ))}
        </ul>
      )}
    </Section>
  )
}

const noteOf = (n: number, isCut: boolean): string => {
  if (n === 0) return ''
  const more = isCut ? '+' : ''
  return n === 1 && !isCut ? '1 record' : `${count(n)}${more} records, strongest first`
}

const nothingText = (weaker: number): string =>
  weaker > 0
    ? 'Nothing that chance does not explain as well.'
    : 'Nothing carries its identifiers, and nothing its entities depend on warned.'

/** One record, or a row for all of one pattern that opens to them. */
function Group(props: BelongsWithProps & { readonly group: LinkGroup }) {
  const { links, first } = props.group
  const [isOpen, setOpen] = useState(false)
  if (links.length === 1) {
    return (
      <li>
        <RecordLinkRow {...props} link={first} />
      </li>
    )
  }
  return (
    <li>
      <GroupRow
        {...props}
        link={first}
        n={links.length}
        isOpen={isOpen}
        onToggle={() => setOpen(!isOpen)}
      />
      {isOpen && (
        <ul className={styles['members']}>
          {byTime(links).map((link) => (
            <li key={link.record.id}>
              <MemberRow {...props} link={link} />
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

const byTime = (links: readonly RecordLink[]): RecordLink[] =>
  [...links].sort((a, b) => Date.parse(a.record.time) - Date.parse(b.record.time))
