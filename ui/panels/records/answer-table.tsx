import { useMemo } from 'react'
import type { Cell, TableAnswer } from '../../../model/api.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { SortableTable, type TableColumn } from '../../widgets/sortable-table.tsx'
import styles from './records-pane.module.css'

type Row = readonly Cell[]

/** The table that a query with pipes ends in, in its own order until a header sorts it. */
export function AnswerTable({ answer }: { readonly answer: TableAnswer }) {
  const columns = useMemo(() => columnsOf(answer), [answer])
  return (
    <SortableTable
      key={answer.columns.map(({ name }) => name).join('\0')}
      label="Answer of the query"
      columns={columns}
      rows={answer.rows}
      keyOf={(_, i) => String(i)}
      empty="The query's table has no rows in this window."
    />
  )
}

function columnsOf({ columns, rows }: TableAnswer): readonly TableColumn<Row>[] {
  return columns.map(({ name, unit }, i) => {
    const isNumber = rows.every((row) => row[i] === null || typeof row[i] === 'number')
    return {
      id: `${i}`,
      label: unit === undefined ? name : `${name}, ${unit}`,
      track: isNumber ? 'minmax(96px, 0.4fr)' : 'minmax(140px, 1fr)',
      isNumber,
      order: (row) => row[i] ?? null,
      cell: (row) => <CellText value={row[i] ?? null} />,
    }
  })
}

function CellText({ value }: { readonly value: Cell }) {
  if (value === null) return <span className={styles['quiet']}>none</span>
  if (typeof value === 'number') {
    return value.toLocaleString('en-US', { maximumFractionDigits: 3 })
  }
  return <InertText text={String(value)} most={400} canGrow={false} />
}
