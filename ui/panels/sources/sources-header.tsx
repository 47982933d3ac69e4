import { useRef } from 'react'
import type { UseSourcesView } from '../../data/use-sources-view.ts'
import { useKeys } from '../../lib/keys.ts'
import { FindField } from '../../widgets/find-field.tsx'
import { CopyButton } from '../copy/copy-button.tsx'

/** The filter of the sources, and the link to what is shown. */
export function SourcesHeader({
  view,
  change,
  shown,
}: UseSourcesView & { readonly shown: string }) {
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
      <CopyButton text={location.href} what="to this page">
        Copy link
      </CopyButton>
    </>
  )
}
