/** A step of the tour: what it points at, what it says, and the keys that do it. */
export interface TourStep {
  /** `data-tour` of the region that the card stands at. */
  readonly region: 'query' | 'path' | 'timeline' | 'records' | 'screen'
  readonly title: string
  readonly text: string
  readonly keys: readonly (readonly [string, string])[]
  /** `KeyboardEvent.key`s, folded, that do what the step teaches. */
  readonly doneBy: readonly string[]
}

/** The five steps: from the question to the answer's order in time, in the order in which people work. */
export const TOUR_STEPS: readonly TourStep[] = [
  {
    region: 'query',
    title: 'Ask about a desktop',
    text: 'Type a name, a field or any words. near: takes the desktop and everything it depends on.',
    keys: [['/', 'to the query']],
    doneBy: ['/'],
  },
  {
    region: 'path',
    title: 'Read from effect to cause',
    text: 'The desktop stands at the left, what it depends on to its right. What is worse than usual is amber or red; then who else uses the worst shared resource.',
    keys: [],
    doneBy: [],
  },
  {
    region: 'timeline',
    title: 'Move through time',
    text: 'One vertical line runs through all layers. What left its usual band first stands furthest left: that is the order of the incident.',
    keys: [
      ['W S', 'zoom'],
      ['A D', 'pan'],
      ['← →', 'cursor'],
    ],
    doneBy: ['w', 's', 'a', 'd', 'arrowleft', 'arrowright'],
  },
  {
    region: 'records',
    title: 'Follow what belongs together',
    text: 'Select an event or a record: its links light up, and the dock says why they belong together.',
    keys: [
      [', .', 'next event'],
      ['[ ]', 'related'],
    ],
    doneBy: ['[', ']', 'j', 'k', ',', '.'],
  },
  {
    region: 'screen',
    title: 'Go anywhere',
    text: 'Every entity, field, view and action by its name; how to send your own data is among the help.',
    keys: [
      ['Ctrl K', 'go to'],
      ['?', 'all keys'],
    ],
    doneBy: ['ctrl+k', '?'],
  },
]

/** Whether a key does what a step teaches. `isEditing`: it went into a text. */
export function isDoneBy(
  step: TourStep,
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
  isEditing: boolean,
): boolean {
  const key = `${event.ctrlKey || event.metaKey ? 'ctrl+' : ''}${event.key.toLowerCase()}`
  return (!isEditing || key.startsWith('ctrl+')) && step.doneBy.includes(key)
}

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

const GAP = 12

/** Where a card of `width` × `height` stands at a region: below it, else above, else inside; never beyond the window. */
export function cardPlace(
  region: Box,
  card: { readonly width: number; readonly height: number },
  window: { readonly width: number; readonly height: number },
): { readonly left: number; readonly top: number } {
  const clamp = (at: number, most: number): number => Math.max(GAP, Math.min(at, most - GAP))
  const left = clamp(region.left + GAP, window.width - card.width)
  const below = region.bottom + GAP
  const above = region.top - GAP - card.height
  const inside = region.top + GAP
  const top = below + card.height <= window.height - GAP ? below : above >= GAP ? above : inside
  return { left, top: clamp(top, window.height - card.height) }
}
