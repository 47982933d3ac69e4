import { useRef } from 'react'
import { startImport } from '../../data/imports.ts'
import { Button } from '../../widgets/button.tsx'

/** A button that asks for files and imports them; `.gz` too. The shell shows the progress. */
export function ImportFiles({ kind = 'plain' }: { readonly kind?: 'primary' | 'plain' | 'quiet' }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button kind={kind} onClick={() => input.current!.click()}>
        Choose files
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to import"
        onChange={({ currentTarget }) => {
          startImport([...(currentTarget.files ?? [])])
          // So that the same file can be chosen again.
          currentTarget.value = ''
        }}
      />
    </>
  )
}
