import type { ApiEntity, EntitySummary, SampleStatus } from '../../model/api.ts'
import { FIELDS } from '../../model/fields.ts'
import type { Layer } from '../../model/entity.ts'
import type { SearchView } from '../data/search-view.ts'
import { queryName, typeWord } from '../lib/entity-words.ts'
import { HELP_TOPICS } from '../lib/help-topics.ts'
import { LAYER_NAMES } from '../lib/layers.ts'
import { shortKey } from '../lib/strong-key.ts'
import type { Entry, Hit } from './palette-index.ts'

/** Where an item of the palette leads. */
export type Goal =
  | { readonly kind: 'search'; readonly change: SearchView }
  | { readonly kind: 'add'; readonly id: string }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'entity'; readonly id: string; readonly tab?: 'moves' }
  | { readonly kind: 'screen'; readonly to: '/' | '/entities/{-$id}' | '/sources' }
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'keys' | 'theme' | 'tour' }
  | { readonly kind: 'sample'; readonly what: 'load' | 'show' | 'hide' | 'remove' }

export const GROUPS = ['Entities', 'Fields', 'Views', 'Actions', 'Help'] as const
export type Group = (typeof GROUPS)[number]

export interface Item {
  readonly id: string
  readonly group: Group
  readonly title: string
  readonly about: string
  /** At the right: a layer, an operator, keys. */
  readonly hint: string | null
  readonly keys: readonly string[]
  readonly layer: Layer | null
  /** Set on entities alone. */
  readonly entity: EntitySummary | null
  readonly goal: Goal
}

const MOST = 12
/** Of each group: what it gets although others have more, and what it gets when there is room. */
const PLACES: Readonly<Record<Group, readonly [number, number]>> = {
  Entities: [4, 8],
  Fields: [1, 3],
  Views: [2, 8],
  Actions: [4, 6],
  Help: [1, 4],
}

/** At most twelve items, in the order of the groups: each group its few, then the first groups what is left. */
export function arranged(items: readonly Item[]): readonly Item[] {
  const groups = GROUPS.map((group) => items.filter((item) => item.group === group))
  const taken = groups.map((group, i) => Math.min(group.length, PLACES[GROUPS[i]!][0]))
  let left = MOST - taken.reduce((sum, n) => sum + n, 0)
  groups.forEach((group, i) => {
    const more = Math.min(left, Math.min(group.length, PLACES[GROUPS[i]!][1]) - taken[i]!)
    taken[i]! += more
    left -= more
  })
  return groups.flatMap((group, i) => group.slice(0, taken[i]))
}

const NOTHING = { hint: null, keys: [], layer: null, entity: null } as const

/** What an entity is, in a line: `VM, team desktop, VDI-0417.corp.example.net`. */
export function aboutEntity({ type, team, name, aliases }: ApiEntity): string {
  const other = aliases.find(({ value }) => value.toLowerCase() !== name.toLowerCase())
  const parts = [typeWord(type), team === null ? '' : `team ${team}`, shortKey(other?.value ?? '')]
  return parts.filter((part) => part !== '').join(', ')
}

export function entityItem(entity: ApiEntity): Item {
  return {
    id: `entity:${entity.id}`,
    group: 'Entities',
    title: entity.name,
    about: aboutEntity(entity),
    hint: entity.layer === null ? null : LAYER_NAMES[entity.layer],
    keys: [],
    layer: entity.layer,
    entity,
    goal: { kind: 'entity', id: entity.id },
  }
}

/** What can be done with the entity that stands first. */
export function entityActions(entity: EntitySummary): readonly Item[] {
  const name = queryName(entity.name)
  const action = (id: string, title: string, goal: Goal, keys: readonly string[]): Item => ({
    ...NOTHING,
    id: `action:${id}`,
    group: 'Actions',
    title,
    about: '',
    keys,
    goal,
  })
  return [
    action(
      'near',
      'Show what it depends on',
      { kind: 'search', change: { q: `near:${name}` } },
      [],
    ),
    action('add', 'Add its lanes to the timeline', { kind: 'add', id: entity.id }, [
      'Ctrl',
      'Enter',
    ]),
    action(
      'only',
      `Search only this ${typeWord(entity.type)}`,
      { kind: 'search', change: { q: `entity:${name}` } },
      [],
    ),
    action(
      'moves',
      'Show what moved on or off it',
      { kind: 'entity', id: entity.id, tab: 'moves' },
      [],
    ),
  ]
}

/** Fields, screens, views, help and what concerns the whole page. */
export function pageItems(
  queries: readonly { readonly q: string }[],
  sample: Pick<SampleStatus, 'available' | 'state' | 'shown'> | undefined,
): readonly Item[] {
  return [
    ...FIELDS.map((field): Item => ({
      ...NOTHING,
      id: `field:${field.name}`,
      group: 'Fields',
      title: field.name,
      about: field.about,
      hint: `${field.name}:`,
      goal: { kind: 'field', name: field.name },
    })),
    ...queries.map(({ q }): Item => ({
      ...NOTHING,
      id: `view:${q}`,
      group: 'Views',
      title: q,
      about: 'seen before',
      hint: 'Search',
      goal: { kind: 'search', change: { q } },
    })),
    screen('Search', 'query, timeline and records', 'S', '/'),
    screen('Entities', 'desktops, hosts, LUNs and what they depend on', 'E', '/entities/{-$id}'),
    screen('Sources', 'who sends, how well, and what became of it', 'O', '/sources'),
    page('tour', 'Start the tour', 'five steps through the Search screen', []),
    page('keys', 'Show all keys', 'and switch single keys off', ['?']),
    page('theme', 'Change the theme', 'dark or light', []),
    ...sampleItems(sample),
    ...HELP_TOPICS.map((topic): Item => ({
      ...NOTHING,
      id: `topic:${topic.id}`,
      group: 'Help',
      title: topic.title,
      about: topic.about,
      goal: { kind: 'topic', topic: topic.id },
    })),
  ]
}

const screen = (
  title: string,
  about: string,
  key: string,
  to: Extract<Goal, { kind: 'screen' }>['to'],
): Item => ({
  ...NOTHING,
  id: `screen:${to}`,
  group: 'Views',
  title,
  about,
  keys: ['G', key],
  goal: { kind: 'screen', to },
})

/** What can be done with the sample as it is. */
function sampleItems(
  sample: Pick<SampleStatus, 'available' | 'state' | 'shown'> | undefined,
): readonly Item[] {
  const item = (what: 'load' | 'show' | 'hide' | 'remove', title: string, about: string): Item => ({
    ...{ ...NOTHING, id: `sample:${what}`, group: 'Actions', title, about },
    goal: { kind: 'sample', what },
  })
  if (sample?.state === 'absent' && sample.available) {
    return [item('load', 'Load the sample incident', 'beside your own data, removable')]
  }
  if (sample?.state !== 'loaded') return []
  return [
    sample.shown
      ? item('hide', 'Show your own data', 'the sample stays beside it')
      : item('show', 'Show the sample incident', 'your own data stays beside it'),
    item('remove', 'Remove the sample', 'and nothing of your own'),
  ]
}

const page = (
  kind: 'tour' | 'keys' | 'theme',
  title: string,
  about: string,
  keys: readonly string[],
): Item => ({
  ...NOTHING,
  id: `page:${kind}`,
  group: 'Actions',
  title,
  about,
  keys,
  goal: { kind },
})

/** Items without a question: where one was, the screens, the help. */
export function firstItems(items: readonly Item[]): readonly Item[] {
  return arranged(items.filter(({ group }) => group !== 'Fields'))
}

/** An entity and an item as the index reads them. */
export const entityEntry = (entity: ApiEntity): Entry => ({
  id: `entity:${entity.id}`,
  title: entity.name,
  about: [typeWord(entity.type), TYPE_OTHER[entity.type] ?? '', entity.team ?? ''].join(' '),
  names: [entity.id, ...entity.aliases.map(({ value }) => value)],
})

/** Words that people type for a type beside its own. */
const TYPE_OTHER: Readonly<Partial<Record<ApiEntity['type'], string>>> = {
  vm: 'desktop virtual machine',
  hypervisor: 'hypervisor esxi',
  volume: 'volume',
  interface: 'nic interface',
  vdi_session: 'desktop session',
}

export const itemEntry = ({ id, title, about }: Item): Entry => ({
  id,
  title,
  about: `${about} ${aliasesOf(id)}`,
  names: [],
})

function aliasesOf(id: string): string {
  const field = FIELDS.find(({ name }) => id === `field:${name}`)
  const topic = HELP_TOPICS.find((each) => id === `topic:${each.id}`)
  return [...(field?.aliases ?? []), topic?.words ?? ''].join(' ')
}

export interface Found {
  readonly text: string
  readonly entities: readonly Hit[]
  readonly page: readonly Hit[]
}

/**
 * The items of an answer. Entities that the server found beside the index (`more`) stand behind those of the index;
 * `>` before the text leaves actions alone.
 */
export function itemsOf(
  found: Found,
  known: {
    readonly entities: ReadonlyMap<string, ApiEntity>
    readonly more: readonly ApiEntity[]
    readonly page: readonly Item[]
  },
): readonly Item[] {
  const indexed = found.entities.flatMap(({ id }) => known.entities.get(id.slice(7)) ?? [])
  const ids = new Set(indexed.map(({ id }) => id))
  const entities = [...indexed, ...known.more.filter(({ id }) => !ids.has(id))].map(entityItem)
  const byId = new Map(known.page.map((item) => [item.id, item]))
  const others = found.page.flatMap(({ id }) => byId.get(id) ?? [])
  const first = entities[0]?.entity
  const actions = first === undefined || first === null ? [] : entityActions(first)
  if (found.text.startsWith('>')) {
    return arranged([...actions, ...others].filter(({ group }) => group === 'Actions'))
  }
  return arranged([...entities, ...actions, ...others])
}

/** Places of a title that match the words of a question: `[from, to)`, rising, without overlap. */
export function matches(title: string, text: string): readonly (readonly [number, number])[] {
  const folded = title.toLowerCase()
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const spans = words
    .map((word) => [folded.indexOf(word), word.length] as const)
    .filter(([at]) => at >= 0)
    .map(([at, length]) => [at, at + length] as const)
    .sort((a, b) => a[0] - b[0] || b[1] - a[1])
  return spans.filter(([from], i) => i === 0 || spans.slice(0, i).every(([, to]) => to <= from))
}
