import type { ApiEntity } from '../../../model/api.ts'
import { measuredAt, type StateAt } from './state-at.ts'
import styles from './compare-dock.module.css'

interface MeasuredAtProps {
  readonly entity: ApiEntity
  readonly a: StateAt | undefined
  readonly b: StateAt | undefined
}

/** The entity's metrics in the minute around A and around B. */
export function MeasuredAt({ entity, a, b }: MeasuredAtProps) {
  if (a === undefined || b === undefined) return null
  const rows = measuredAt(entity.id, a, b)
  if (rows.length === 0) return null
  return (
    <section>
      <h3>
        Measured <span>the minute around each</span>
      </h3>
      <table className={styles['measured']}>
        <caption className="visually-hidden">Measured at A and B</caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">metric</span>
            </th>
            <th scope="col">A</th>
            <th scope="col">B</th>
            <th scope="col">
              <span className="visually-hidden">change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label, of, a: atA, b: atB, level, change }) => (
            <tr key={key} data-level={level}>
              <th scope="row">
                {label}
                {of !== '' && <small> {of}</small>}
              </th>
              <td>{atA}</td>
              <td>{atB}</td>
              <td>{change}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
