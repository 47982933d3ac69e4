import { expect, inject, test } from 'vitest'
import { entityTypeOf } from '../../model/entity.ts'
import type { TimelineAnswer, TimelineRequest, ViewLinkEnd } from '../../model/timeline.ts'

const VIEW: TimelineRequest = {
  query: 'near:VDI-0417',
  from: '2026-11-20T10:30:00Z',
  to: '2026-11-20T11:00:00Z',
  columns: 1_400,
}

/** The kinds of event that the screen joins while the desktop is slow; how strongly is not held here. */
const JOINED = [
  'hypervisor "performance deteriorated" -> hypervisor "performance deteriorated" by identifier',
  'hypervisor "performance deteriorated" -> vm "stopped interacting with Windows and was closed" by topology',
  'storage_controller "Aggregate long CP" -> hypervisor "performance deteriorated" by topology',
  'storage_controller "Aggregate long CP" -> vm "stopped interacting with Windows and was closed" by topology',
]

/** Words that are the same every time: no name, number or identifier. */
const standing = (title: string): string =>
  title
    .split(' ')
    .filter((word) => !/[\d.…]/.test(word))
    .join(' ')

test('links of the sample join the events of the incident, and the same device before all', async () => {
  const response = await fetch(`${inject('sampleUrl')}/api/v1/timeline`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(VIEW),
  })
  const { lanes, links } = (await response.json()) as TimelineAnswer
  const titles = new Map(
    lanes.flatMap(({ events }) => (events ?? []).map(({ id, title }) => [id, title])),
  )
  const kindOf = ({ record, entity }: ViewLinkEnd): string =>
    `${entityTypeOf(entity)} "${standing(titles.get(record) ?? record)}"`
  const kinds = links.map(({ from, to, kind }) => `${kindOf(from)} -> ${kindOf(to)} by ${kind}`)
  expect([...new Set(kinds)].sort()).toEqual(JOINED)
  expect(kinds[0]).toBe(JOINED[0])
})
