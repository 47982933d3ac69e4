import { useRef } from 'react'
import type { UseEntityView } from '../../data/use-entity-view.ts'
import { readMillis, zoneOf } from '../../data/use-search-view.ts'
import { useKeys } from '../../lib/keys.ts'
import type { Millis } from '../../lib/zoned-time.ts'
import { FindField } from '../../widgets/find-field.tsx'
import { CopyButton } from '../copy/copy-button.tsx'
import { AsOf } from './as-of.tsx'

/** A name to look for, the time that everything is as of, and the link. */
export function EntitiesHeader({
  id,
  view,
  change,
  goTo,
  stops,
}: UseEntityView & { readonly stops: readonly Millis[] }) {
  const input = useRef<HTMLInputElement>(null)
  useKeys([{ keys: ['/'], does: 'find an entity', run: () => input.current?.select() }])
  const at = readMillis(view.at, Date.now())
  return (
    <>
      <FindField
        ref={input}
        label="Find an entity by a part of any of its names"
        placeholder="Find an entity: a name, an address, an identifier"
        defaultValue={view.q ?? ''}
        key={id ?? 'list'}
        onChange={({ target }) => {
          const q = target.value === '' ? undefined : target.value
          if (id === null) change({ q }, 'replace')
        }}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Enter' && id !== null) goTo(null, { q: currentTarget.value })
        }}
      />
      <AsOf
        label="As of"
        at={at ?? null}
        zone={zoneOf(view)}
        stops={stops}
        onChange={(to) => change({ at: to })}
      />
      <CopyButton text={location.href} what="to this page">
        Copy link
      </CopyButton>
    </>
  )
}
