import { useRef } from 'react'
import type { UseSourcesView } from '../../data/use-sources-view.ts'
import type { Viewport } from '../../data/viewport.ts'
import { useKeys } from '../../lib/keys.ts'
import { FindField } from '../../widgets/find-field.tsx'
import { RangeControl } from '../header/range-control.tsx'
import { CopyButton } from '../copy/copy-button.tsx'

interface SourcesHeaderProps extends UseSourcesView {
  readonly shown: string
  /** Of which rates are told. */
  readonly range: Viewport
  readonly zone: string
}

/** The filter of the sources, the window of their rates, and the link to what is shown. */
export function SourcesHeader({ view, change, shown, range, zone }: SourcesHeaderProps) {
  const input = useRef<HTMLInputElement>(null)
  useKeys([{ keys: ['/'], does: 'filter the sources', run: () => input.current?.select() }])
  return (
    <>
      <FindField
        ref={input}
        label="Filter sources"
        placeholder="Filter sources: a name, layer:storage, state:late, format:vmkernel"
        value={view.q ?? ''}
        onChange={({ target }) =>
          change({ q: target.value === '' ? undefined : target.value }, 'replace')
        }
      >
        <span role="status">{shown}</span>
      </FindField>
      <RangeControl view={view} change={change} range={range} zone={zone} />
      <CopyButton text={location.href} what="to this page">
        Copy link
      </CopyButton>
    </>
  )
}
