import { useMemo, useState } from 'react'
import { useBeside } from '../../data/listed-records.ts'
import { copyText } from '../../data/copy-text.ts'
import { useRecord } from '../../data/questions.ts'
import { printSelection } from '../../data/search-view.ts'
import { useEntityNames } from '../../data/use-entity-names.ts'
import { useLinks, type Links } from '../../data/use-links.ts'
import type { ViewProps } from '../../data/use-view.ts'
import type { ApiRecordWithRaw } from '../../../model/api.ts'
import { groupLinks } from '../../lib/link-groups.ts'
import { severityWord, shortHost, speakerOf } from '../../lib/record-words.ts'
import { valueSpans } from '../../lib/text-spans.ts'
import { Button } from '../../widgets/button.tsx'
import { InertText } from '../../widgets/inert-text.tsx'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import { addCondition, equalsText, onlyCondition } from '../../data/filter-edit.ts'
import { patternCondition } from '../records/use-record-keys.ts'
import { AroundIt } from './around-it.tsx'
import { AsReceived } from './as-received.tsx'
import { BelongsWith } from './belongs-with.tsx'
import { DockFrame } from './dock-frame.tsx'
import { RecordFields } from './record-fields.tsx'
import { RecordTime } from './record-time.tsx'
import { useDockKeys } from './use-dock-keys.ts'
import styles from './dock.module.css'

/** One record: what it says, what belongs with it, when it was, what it holds, what stands around it. */
export function RecordDock(props: ViewProps & { readonly id: string }) {
  const { id, view, change, zone, answer } = props
  const { data, error } = useRecord(id)
  const record = data?.id === id ? data : undefined
  const links = useLinks(id)
  const names = useEntityNames(answer ?? props.before)
  const beside = useBeside(id)
  const isRaw = view.raw === '1'
  const select = (other: string | undefined): (() => void) | undefined =>
    other === undefined
      ? undefined
      : () => change({ sel: printSelection({ kind: 'record', id: other }) })
  const onRecord = (other: string): void => select(other)!()
  const onEntity = (entity: string): void =>
    change({ sel: printSelection({ kind: 'entity', id: entity }) })
  const onClose = (): void => change({ sel: undefined })
  const related = useMemo(
    () =>
      groupLinks(links.links, (one) => speakerOf(one, names)).strong.map(
        ({ first }) => first.record.id,
      ),
    [links.links, names],
  )
  const [onPrevious, onNext] = [select(beside.previous?.id), select(beside.next?.id)]
  useDockKeys({
    onClose,
    current: id,
    related,
    onRecord,
    onPrevious,
    onNext,
  })
  if (record === undefined) {
    return (
      <DockFrame title="Record" onClose={onClose}>
        <p className={styles['section']}>{error?.message ?? 'The record is being read.'}</p>
      </DockFrame>
    )
  }
  const { host, source, app } = record
  return (
    <DockFrame
      title={
        <>
          <SeverityGlyph severity={record.severity} />
          {severityWord(record)}
        </>
      }
      about={
        <InertText
          text={[host === null ? source : shortHost(host), ...(app === null ? [] : [app])].join(
            ' · ',
          )}
          most={120}
          canGrow={false}
        />
      }
      onClose={onClose}
      onPrevious={onPrevious}
      onNext={onNext}
    >
      <Message {...props} record={record} links={links} onEntity={onEntity} />
      <BelongsWith
        key={`with ${id}`}
        record={record}
        {...links}
        names={names}
        zone={zone}
        isRaw={isRaw}
        onRecord={onRecord}
        onEntity={onEntity}
      />
      <RecordTime record={record} zone={zone} isRaw={isRaw} />
      <RecordFields record={record} query={view.q ?? ''} setQuery={(q) => change({ q })} />
      <AroundIt record={record} zone={zone} isRaw={isRaw} names={names} onRecord={onRecord} />
      <AsReceived key={`raw ${id}`} record={record} />
    </DockFrame>
  )
}

interface MessageProps extends ViewProps {
  readonly record: ApiRecordWithRaw
  readonly links: Links
  readonly onEntity: (id: string) => void
}

/** What a record says, its identifiers leading to what they name, and what can be done with it. */
function Message({ record, links, onEntity, view, change, answer }: MessageProps) {
  const [said, setSaid] = useState('')
  const query = view.q ?? ''
  const spans = useMemo(() => {
    const values = record.keys.map(({ value }) => value)
    return valueSpans(record.body, values, 'link')
  }, [record])
  const named = new Map(
    links.links.flatMap(({ entity, value }) => (entity === undefined ? [] : [[value, entity.id]])),
  )
  const follow = (value: string): void => {
    const entity = named.get(value)
    if (entity !== undefined) return onEntity(entity)
    const key = record.keys.find((one) => one.value === value)
    if (key !== undefined) change({ q: addCondition(query, equalsText(`key.${key.kind}`, value)) })
  }
  const lanes = new Set(answer?.lanes.map(({ entity }) => entity.id))
  const toAdd = [
    ...new Set([...named.values(), ...(record.entity === null ? [] : [record.entity])]),
  ].filter((id) => !lanes.has(id))
  const pattern = patternCondition(record)
  return (
    <div className={styles['section']}>
      <div className={styles['message']}>
        <InertText
          key={record.id}
          text={record.body}
          spans={spans}
          keepLines
          onLink={({ value }) => value !== undefined && follow(value)}
        />
      </div>
      <div className={styles['buttons']}>
        <Button isSmall onClick={() => change({ q: onlyCondition(query, 'template', pattern) })}>
          Only this
        </Button>
        <Button isSmall onClick={() => change({ q: addCondition(query, `not ${pattern}`) })}>
          Not this
        </Button>
        <Button
          isSmall
          disabled={toAdd.length === 0}
          title={toAdd.length === 0 ? 'Its entities have lanes, or it names none' : undefined}
          onClick={() => change({ add: [...new Set([...(view.add ?? []), ...toAdd])] })}
        >
          Add lanes
        </Button>
        <Button
          isSmall
          onClick={() => {
            void copyText(location.href).then((isDone) =>
              setSaid(isDone ? 'copied' : 'not copied: the browser does not allow it'),
            )
          }}
        >
          Copy link
        </Button>
        <span role="status" className={styles['quiet']}>
          {said}
        </span>
      </div>
    </div>
  )
}
