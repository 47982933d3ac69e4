import { Search } from 'lucide-react'
import { useRef } from 'react'
import type { UseSourcesView } from '../../data/use-sources-view.ts'
import { useKeys } from '../../lib/keys.ts'
import { Kbd } from '../../widgets/kbd.tsx'
import { CopyButton } from '../copy/copy-button.tsx'
import styles from './sources-header.module.css'

/** The filter of the sources, and the link to what is shown. */
export function SourcesHeader({
  view,
  change,
  shown,
}: UseSourcesView & { readonly shown: string }) {
  const input = useRef<HTMLInputElement>(null)
  useKeys([{ keys: ['/'], does: 'filter the sources', run: () => input.current?.select() }])
  return (
    <div className={styles['header']}>
      <label className={styles['field']}>
        <Search size={14} aria-hidden="true" />
        <span className="visually-hidden">Filter sources</span>
        <input
          ref={input}
          placeholder="Filter sources: a name, layer:storage, state:late, format:vmkernel"
          spellCheck={false}
          value={view.q ?? ''}
          onChange={({ target }) =>
            change({ q: target.value === '' ? undefined : target.value }, 'replace')
          }
          onKeyDown={({ key, currentTarget }) => {
            if (key === 'Escape') currentTarget.blur()
          }}
        />
        <span role="status">{shown}</span>
        <Kbd>/</Kbd>
      </label>
      <CopyButton text={location.href} what="to this page">
        Copy link
      </CopyButton>
    </div>
  )
}
