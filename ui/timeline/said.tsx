import { useEffect, useState } from 'react'
import { moving } from '../data/viewport.ts'
import { quantity, unitOf } from '../lib/quantity.ts'
import { clockTime } from '../lib/zoned-time.ts'
import { sampleAt } from './metric-path.ts'
import type { Row } from './row-layout.ts'
import type { Scene } from './scene.ts'

const EVERY_MS = 500

/** Tells screen readers where the cursor is and what the lane in focus shows there; every half second at most. */
export function Said({ scene, row }: { readonly scene: Scene; readonly row: Row | null }) {
  const [text, setText] = useState('')
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const say = (): void => {
      timer = undefined
      setText(textOf(scene, row))
    }
    const soon = (): void => {
      timer ??= setTimeout(say, EVERY_MS)
    }
    soon()
    const stop = moving.subscribe((now, before) => {
      if (now.cursor !== before.cursor && now.isFrozen) soon()
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [scene, row])
  return (
    <p role="status" className="visually-hidden">
      {text}
    </p>
  )
}

function textOf({ answer, answered, zone, focused, isUnread }: Scene, row: Row | null): string {
  const { cursor } = moving.getState()
  if (cursor === null || answer === undefined) return ''
  if (isUnread) return `cursor ${clockTime(cursor, zone)}, not read`
  const parts = [`cursor ${clockTime(cursor, zone)}`]
  const event =
    focused === null
      ? undefined
      : answer.lanes.flatMap(({ events }) => events ?? []).find(({ id }) => id === focused)
  if (event !== undefined) parts.push(event.title)
  if (row?.kind === 'metric') {
    const column = ((cursor - answered.from) / (answered.to - answered.from)) * answer.columns
    const i = sampleAt(row.metric, Math.floor(column))
    const value = i < 0 ? 'no sample' : quantity(row.metric.value[i]!, unitOf(row.metric))
    parts.push(`${row.lane.entity.name} ${row.metric.label.toLowerCase()} ${value}`)
  }
  return parts.join(', ')
}
