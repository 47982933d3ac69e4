import { useState } from 'react'
import { messageOf } from '../../../model/errors.ts'
import {
  MOST_IN_CSV,
  MOST_STREAMED,
  recordsToSave,
  saveFile,
  streamToSave,
} from '../../data/save-file.ts'
import type { Window } from '../../data/questions.ts'
import { csvText, type CsvCell } from '../../lib/csv.ts'
import { count } from '../../lib/quantity.ts'
import type { EntityNames } from '../../lib/record-words.ts'
import { Menu, MenuItem } from '../../widgets/menu.tsx'
import { cellText, type RecordColumn } from './columns.ts'
import styles from './records-pane.module.css'

/** A table that is on the screen, as it would be saved. */
export interface SavedTable {
  readonly name: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly CsvCell[])[]
}

interface ExportMenuProps {
  readonly window: Window
  readonly columns: readonly RecordColumn[]
  readonly names: EntityNames
  /** The table that is seen; null where records are. */
  readonly table: SavedTable | null
}

/** Saves what is seen as a file, and says how much of it the file holds. */
export function ExportMenu({ window, columns, names, table }: ExportMenuProps) {
  const [said, setSaid] = useState('')
  const run = (save: () => Promise<string> | string): void => {
    setSaid('exporting')
    Promise.resolve()
      .then(save)
      .then(setSaid, (error: unknown) => setSaid(`not exported: ${messageOf(error)}`))
  }
  const stamp = `${window.from}_${window.to}`.replace(/[:.]/g, '')
  const saveCsv = async (): Promise<string> => {
    const { records, isCut } = await recordsToSave(window)
    const header = ['time', 'severity', ...columns.map(({ label }) => label), 'message', 'id']
    const rows = records.map((record) => [
      record.time,
      record.severityText,
      ...columns.map(({ id }) => cellText(record, id, names)),
      record.body,
      record.id,
    ])
    saveFile(`plumbline-${stamp}.csv`, new Blob([csvText(header, rows)], { type: 'text/csv' }))
    if (!isCut) return `saved ${count(records.length)} records`
    return `saved the first ${count(records.length)} records only; NDJSON holds more`
  }
  const saveStream = async (): Promise<string> => {
    const { content, isCut } = await streamToSave(window)
    saveFile(`plumbline-${stamp}.ndjson`, content)
    return isCut ? `saved the first ${count(MOST_STREAMED)} records only` : 'saved all records'
  }
  const saveTable = ({ name, header, rows }: SavedTable): string => {
    const content = new Blob([csvText(header, rows)], { type: 'text/csv' })
    saveFile(`plumbline-${name}-${stamp}.csv`, content)
    return `saved ${count(rows.length)} rows`
  }
  return (
    <>
      <span role="status" className={styles['said']}>
        {said}
      </span>
      <Menu
        trigger={
          <button type="button" className={styles['tool']}>
            Export
          </button>
        }
      >
        {table !== null && (
          <MenuItem onPick={() => run(() => saveTable(table))} about="the table as it is">
            Save {table.name} as CSV
          </MenuItem>
        )}
        <MenuItem
          onPick={() => run(saveCsv)}
          about={`the columns you see, oldest first, at most ${count(MOST_IN_CSV)}`}
        >
          Save records as CSV
        </MenuItem>
        <MenuItem
          onPick={() => run(saveStream)}
          about="every field, one JSON value a line, streamed; last what could not be seen"
        >
          Save records as NDJSON
        </MenuItem>
      </Menu>
    </>
  )
}
