import { useMemo, useState } from 'react'
import type { ApiRecordWithRaw } from '../../../model/api.ts'
import { fromBase64, hexDump } from '../../lib/hex-dump.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { Section, Toggle } from './dock-frame.tsx'
import styles from './dock.module.css'

const FORMS = ['text', 'hex'] as const

/** The bytes as they came, as text or in hex. */
export function AsReceived({ record }: { readonly record: ApiRecordWithRaw }) {
  const [form, setForm] = useState<(typeof FORMS)[number]>('text')
  const bytes = useMemo(
    () =>
      record.rawBase64 === undefined
        ? new TextEncoder().encode(record.raw)
        : fromBase64(record.rawBase64),
    [record],
  )
  const size = bytes.length === 1 ? '1 byte' : `${bytes.length.toLocaleString('en-US')} bytes`
  return (
    <Section
      title="As received"
      note={
        <>
          {size} <Toggle label="As received in" options={FORMS} value={form} onChange={setForm} />
        </>
      }
    >
      {record.rawBase64 !== undefined && form === 'text' && (
        <p className={styles['caution']}>Not UTF-8: this reading loses bytes, hex does not.</p>
      )}
      <div className={styles['raw']} tabIndex={0} role="group" aria-label="Bytes as received">
        {form === 'hex' ? (
          <pre className={styles['hex']}>{hexDump(bytes)}</pre>
        ) : (
          <InertText text={record.raw} keepLines />
        )}
      </div>
    </Section>
  )
}
