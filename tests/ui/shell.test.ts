import { describe, expect, test } from 'vitest'
import { nextRegion } from '../../ui/shell/use-region-keys.ts'
import { HELP_TOPICS, listeningOf, sendTopic, withAddresses } from '../../ui/lib/help-topics.ts'
import { LAYERS } from '../../model/entity.ts'
import { groupKeys, keyNames } from '../../ui/shell/key-groups.ts'
import { cardPlace, isDoneBy, TOUR_STEPS } from '../../ui/shell/tour-steps.ts'

const run = (): void => undefined

describe('the overview of keys', () => {
  test('lists what says what it does, by heading, once', () => {
    const groups = groupKeys([
      { keys: ['w'], does: 'zoom in', run },
      { keys: ['Ctrl+k'], does: 'go to', run },
      { keys: ['Shift+W'], does: 'zoom in', run },
      { keys: ['z'], does: 'something else', run },
      { keys: ['x'], run },
    ])
    expect(groups.map(({ title }) => title)).toEqual(['Everywhere', 'Window of time', 'More'])
    expect(groups[1]!.rows).toEqual([{ keys: ['w', 'Shift+W'], does: 'zoom in' }])
    expect(groups.flatMap(({ rows }) => rows)).toHaveLength(3)
  })

  test('writes keys as keyboards do', () => {
    expect(keyNames('Shift+ArrowLeft')).toEqual(['Shift', '←'])
    expect(keyNames('Ctrl+k')).toEqual(['Ctrl', 'K'])
    expect(keyNames('+')).toEqual(['+'])
    expect(keyNames('Ctrl++')).toEqual(['Ctrl', '+'])
    expect(keyNames(' ')).toEqual(['Space'])
  })
})

describe('the tour', () => {
  const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false })

  test('has five steps, and each key is known by the step that teaches it', () => {
    expect(TOUR_STEPS).toHaveLength(5)
    expect(isDoneBy(TOUR_STEPS[2]!, key('W'), false)).toBe(true)
    expect(isDoneBy(TOUR_STEPS[2]!, key('w'), true)).toBe(false)
    expect(isDoneBy(TOUR_STEPS[2]!, key('w', true), false)).toBe(false)
    expect(isDoneBy(TOUR_STEPS[4]!, key('k', true), true)).toBe(true)
    expect(isDoneBy(TOUR_STEPS[4]!, key('k'), false)).toBe(false)
    expect(isDoneBy(TOUR_STEPS[1]!, key('Enter'), false)).toBe(false)
  })

  test('puts its card beside the region and never beyond the window', () => {
    const card = { width: 320, height: 160 }
    const window = { width: 1280, height: 800 }
    const at = (left: number, top: number, right: number, bottom: number) =>
      cardPlace({ left, top, right, bottom }, card, window)
    expect(at(44, 0, 1280, 48)).toEqual({ left: 56, top: 60 })
    expect(at(44, 600, 1280, 776)).toEqual({ left: 56, top: 428 })
    expect(at(0, 0, 1280, 800)).toEqual({ left: 12, top: 12 })
    expect(at(1200, 100, 1280, 200).left).toBe(1280 - 320 - 12)
    expect(
      cardPlace({ left: 0, top: 0, right: 0, bottom: 0 }, card, { width: 300, height: 100 }),
    ).toEqual({
      left: 12,
      top: 12,
    })
  })
})

describe('help', () => {
  test('has a page for each layer, and no id twice', () => {
    const ids = HELP_TOPICS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const layer of LAYERS) expect(ids).toContain(sendTopic(layer))
  })

  test('says the addresses that listen', () => {
    const listening = listeningOf(
      [
        { protocol: 'http', address: '127.0.0.1:7600' },
        { protocol: 'syslog-udp', address: '[::1]:5514' },
      ],
      'http://localhost:7600',
    )
    expect(withAddresses('{http} {syslog} {syslogHost} {syslogPort}', listening)).toBe(
      'http://localhost:7600 [::1]:5514 ::1 5514',
    )
    expect(withAddresses('to {syslog}', { http: '', syslog: null })).toBe('to (syslog is off)')
  })

  test('leaves no place open in any line', () => {
    const listening = { http: 'http://127.0.0.1:7600', syslog: '127.0.0.1:5514' }
    for (const { blocks } of HELP_TOPICS) {
      for (const block of blocks) {
        const said = block.kind === 'code' ? block.code : block.kind === 'text' ? block.text : ''
        expect(withAddresses(said, listening)).not.toMatch(/\{(http|syslog)/)
      }
    }
  })
})

test('F6 goes round the regions, from none to the first or the last', () => {
  expect([0, 1, 2].map((at) => nextRegion(at, 3, 1))).toEqual([1, 2, 0])
  expect([0, 1, 2].map((at) => nextRegion(at, 3, -1))).toEqual([2, 0, 1])
  expect([nextRegion(-1, 3, 1), nextRegion(-1, 3, -1)]).toEqual([0, 2])
})
