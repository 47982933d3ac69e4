import { useState } from 'react'
import { closeOverlay } from '../data/overlays.ts'
import { areSingleKeysOn, liveKeys } from '../lib/keys.ts'
import { Dialog } from '../widgets/dialog.tsx'
import { Kbd } from '../widgets/kbd.tsx'
import { groupKeys, keyNames } from './key-groups.ts'
import { chooseSingleKeys } from './single-keys.ts'
import styles from './key-overview.module.css'

/** Every key that works on the screen behind, and the switch for single keys. */
export function KeyOverview() {
  const [groups] = useState(() => groupKeys(liveKeys()))
  const [isOn, setOn] = useState(areSingleKeysOn)
  return (
    <Dialog title="Keys" onClose={closeOverlay} width={760}>
      <label className={styles['switch']}>
        <input
          type="checkbox"
          checked={isOn}
          onChange={({ target }) => {
            chooseSingleKeys(target.checked)
            setOn(target.checked)
          }}
        />
        Single keys
        <span>
          {isOn
            ? 'on outside text fields; switch them off where speech or another program presses keys'
            : 'off; keys with Ctrl or Alt, arrows, Enter and Esc still work'}
        </span>
      </label>
      <div className={styles['groups']} tabIndex={0} role="group" aria-label="Keys by what they do">
        {groups.map(({ title, rows }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {rows.map(({ keys, does }) => (
                <div key={does}>
                  <dt>
                    {keys.map((key) => (
                      <span key={key}>
                        {keyNames(key).map((name) => (
                          <Kbd key={name}>{name}</Kbd>
                        ))}
                      </span>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
