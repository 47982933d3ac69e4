import { closeOverlay } from '../../data/overlays.ts'
import { useHealth } from '../../data/questions.ts'
import {
  HELP_TOPICS,
  listeningOf,
  withAddresses,
  type HelpBlock,
  type Listening,
} from '../../lib/help-topics.ts'
import { CopyButton } from '../copy/copy-button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import styles from './topic-dialog.module.css'

/** A page of help, with the addresses that listen now in its lines of configuration. */
export function TopicDialog({ id }: { readonly id: string }) {
  const { data } = useHealth()
  const topic = HELP_TOPICS.find((each) => each.id === id)
  if (topic === undefined) return null
  const listening = listeningOf(data?.listeners ?? [], location.origin)
  return (
    <Dialog title={topic.title} onClose={closeOverlay} width={640}>
      <div className={styles['blocks']} tabIndex={0} role="group" aria-label={topic.title}>
        {topic.blocks.map((block, i) => (
          <Block key={i} block={block} listening={listening} />
        ))}
      </div>
    </Dialog>
  )
}

function Block({ block, listening }: { readonly block: HelpBlock; readonly listening: Listening }) {
  switch (block.kind) {
    case 'text':
      return <p>{withAddresses(block.text, listening)}</p>
    case 'code': {
      const code = withAddresses(block.code, listening)
      return (
        <figure className={styles['figure']}>
          <figcaption>
            {block.label}
            <CopyButton text={code} what={block.label} />
          </figcaption>
          <pre>{code}</pre>
        </figure>
      )
    }
    case 'rows':
      return (
        <dl className={styles['rows']}>
          {block.rows.map(([name, means]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{means}</dd>
            </div>
          ))}
        </dl>
      )
  }
}
