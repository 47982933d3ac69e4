import type { ApiEntity } from '../../../model/api.ts'
import { CopyButton } from '../copy/copy-button.tsx'
import { sinceText } from './since-text.ts'
import styles from './names-tab.module.css'

/** What else the entity is called as of the time, where and since when; and what the inventory knows of it. */
export function NamesTab({ entity, zone }: { readonly entity: ApiEntity; readonly zone: string }) {
  const facts = Object.entries(entity.attributes)
  return (
    <div className={styles['names']} tabIndex={0} role="group" aria-label="Names">
      <table>
        <caption className="visually-hidden">Names</caption>
        <thead>
          <tr>
            <th scope="col">kind</th>
            <th scope="col">name</th>
            <th scope="col">means something in</th>
            <th scope="col">since</th>
            <th scope="col">until</th>
            <th scope="col">
              <span className="visually-hidden">copy</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <Name kind="id" value={entity.id} />
          <Name kind="name" value={entity.name} />
          {entity.aliases.map(({ kind, value, scope, from, to }) => (
            <Name
              key={`${kind} ${value} ${scope ?? ''}`}
              kind={kind}
              value={value}
              scope={scope}
              from={from === null ? undefined : sinceText(from, zone)}
              to={to === null ? undefined : sinceText(to, zone)}
            />
          ))}
        </tbody>
      </table>
      {facts.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">fact</th>
              <th scope="col">value</th>
            </tr>
          </thead>
          <tbody>
            {facts.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="mono">{String(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

interface NameProps {
  readonly kind: string
  readonly value: string
  readonly scope?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

function Name({ kind, value, scope = 'everywhere', from = 'ever', to = 'still' }: NameProps) {
  return (
    <tr>
      <th scope="row">{kind}</th>
      <td className="mono">{value}</td>
      <td>{scope}</td>
      <td>{from}</td>
      <td>{to}</td>
      <td>
        <CopyButton text={value} what={`${kind} ${value}`} />
      </td>
    </tr>
  )
}
