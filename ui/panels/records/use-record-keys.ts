import { useRef } from 'react'
import { SPLITS, type Selection } from '../../data/search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { useRecord } from '../../data/questions.ts'
import { useKeys } from '../../lib/keys.ts'
import { addCondition, equalsText, onlyCondition } from '../../data/filter-edit.ts'

/** The condition that a record's pattern stands for; without a pattern, the record itself. */
export const patternCondition = (record: {
  readonly id: string
  readonly template: { readonly id: string } | null
}): string =>
  record.template === null
    ? equalsText('id', record.id)
    : equalsText('template', record.template.id)

/** `V` splits, `I` and `O` take the selected record's pattern into the query or out of it, `Q` hides the dock. */
export function useRecordKeys({ view, change }: ViewProps, selection: Selection | null): void {
  const id = selection?.kind === 'record' ? selection.id : null
  const { data } = useRecord(id)
  const record = data?.id === id ? data : undefined
  const last = useRef<string | undefined>(undefined)
  if (view.sel !== undefined) last.current = view.sel
  const query = view.q ?? ''
  useKeys([
    {
      keys: ['v'],
      does: 'records: small, half, full',
      run: () => {
        const at = SPLITS.indexOf(view.split ?? 'small')
        const next = SPLITS[(at + 1) % SPLITS.length]!
        change({ split: next === 'small' ? undefined : next }, 'replace')
      },
    },
    {
      keys: ['i'],
      does: "only the selected record's pattern",
      isOn: () => record !== undefined,
      run: () => {
        if (record !== undefined) {
          change({ q: onlyCondition(query, 'template', patternCondition(record)) })
        }
      },
    },
    {
      keys: ['o'],
      does: "not the selected record's pattern",
      isOn: () => record !== undefined,
      run: () => {
        if (record !== undefined) {
          change({ q: addCondition(query, `not ${patternCondition(record)}`) })
        }
      },
    },
    {
      keys: ['q'],
      does: 'dock: hide or show',
      isOn: () => last.current !== undefined,
      run: () => change({ sel: view.sel === undefined ? last.current : undefined }),
    },
  ])
}
