import { useEffect, useState } from 'react'
import { copyText } from '../../data/copy-text.ts'
import { isFollowing } from '../../data/live.ts'
import { openOverlay } from '../../data/overlays.ts'
import { printAddress } from '../../data/search-view.ts'
import { printMillis } from '../../data/use-search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { useKeys } from '../../lib/keys.ts'
import { Button } from '../../widgets/button.tsx'
import { Kbd } from '../../widgets/kbd.tsx'
import { LiveButton } from './live-button.tsx'
import { QueryBar } from './query-bar.tsx'
import { RangeControl } from './range-control.tsx'
import styles from './header.module.css'

/** Query, range and what concerns the whole view. */
export function Header(props: ViewProps) {
  return (
    <div className={styles['header']}>
      <QueryBar {...props} />
      <RangeControl {...props} />
      <LiveButton {...props} />
      <CopyLink {...props} />
      <Button className={styles['wide']} kind="quiet" onClick={() => openOverlay('palette')}>
        Go to <Kbd>Ctrl K</Kbd>
      </Button>
    </div>
  )
}

const SAID_FOR_MS = 2_000

/** The address of this view; a window that ends now is told as it is, unless it is followed. */
function CopyLink({ view, range }: ViewProps) {
  const [said, setSaid] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSaid(''), SAID_FOR_MS)
    return () => clearTimeout(timer)
  }, [said])
  const copy = (): void => {
    const window = { from: printMillis(range.from), to: printMillis(range.to) }
    const address = printAddress(isFollowing(view) ? { ...view } : { ...view, ...window })
    void copyText(`${location.origin}/${address}`).then((isDone) => {
      setSaid(isDone ? 'Link copied' : 'Copy the address')
    })
  }
  useKeys([{ keys: ['Shift+C'], does: 'copy the link to this view', run: copy }])
  return (
    <Button className={styles['narrow']} onClick={copy}>
      <span aria-live="polite">{said === '' ? 'Copy link' : said}</span>
    </Button>
  )
}
