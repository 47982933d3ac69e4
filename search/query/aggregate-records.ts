import type { Cell } from '../../model/aggregate.ts'
import {
  GroupTable,
  groupingOfRecords,
  type CellsOf,
  type Grouping,
} from '../../model/group-table.ts'
import type { Aggregate, GroupKey } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'

/** How one row type gives the cells of a key and of an aggregate's field. */
export interface RowReader<Row> {
  readonly keyCells: (key: GroupKey) => CellsOf<Row>
  readonly cells: (field: string) => CellsOf<Row>
}

/** Groups rows (oldest first) by the meaning in model/aggregate.ts: keys, then results, in no order. */
export function aggregateRows<Row>(
  rows: readonly Row[],
  by: readonly GroupKey[],
  aggregates: readonly Aggregate[],
  reader: RowReader<Row>,
): Cell[][] {
  return grouped(rows, {
    keys: by.map(reader.keyCells),
    aggregates: aggregates.map(({ function: name, field }) => ({
      function: name,
      cells: field === undefined ? () => [] : reader.cells(field),
    })),
  })
}

/** {@link aggregateRows} of records. */
export function aggregateRecords(
  records: readonly LogRecord[],
  by: readonly GroupKey[],
  aggregates: readonly Aggregate[],
): Cell[][] {
  return grouped(records, groupingOfRecords(by, aggregates))
}

function grouped<Row>(rows: readonly Row[], grouping: Grouping<Row>): Cell[][] {
  const table = new GroupTable(grouping)
  for (const row of rows) table.add(row)
  return table.rows()
}
