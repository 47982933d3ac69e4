import type { ApiEntity, Facet } from '../../../model/api.ts'
import type { Layer } from '../../../model/entity.ts'
import { severityName } from '../../../model/severity.ts'
import { complete, type Completions } from '../../../search/query/complete.ts'
import type { KeptQuery } from '../../data/kept.ts'
import { count } from '../../lib/quantity.ts'
import { equalsText } from '../../data/filter-edit.ts'
import { nearText } from './name-query.ts'

export type Section = 'Fields' | 'Values' | 'Entities' | 'Pipes' | 'History'

/** One thing that may stand where the caret is. */
export interface Option {
  readonly section: Section
  /** As it stands in the list; the part that was typed is marked in it. */
  readonly label: string
  /** Ink of a field: up to here; 0 for none. */
  readonly fieldLength: number
  readonly about: string
  /** Count, state or age, at the right. */
  readonly right: string
  readonly layer?: Layer | null
  /** What replaces the text from `from` to the caret. */
  readonly from: number
  readonly text: string
}

/** All that is known where the caret is; what is still asked for is empty. */
export interface Known {
  readonly completions: Completions
  /** What was typed, from `completions.from` to the caret. */
  readonly typed: string
  /** Attributes and keys seen in records, beside the fields of the language. */
  readonly seenFields: readonly string[]
  /** Of the fields that are offered and of those whose values are looked through. */
  readonly facets: readonly Facet[]
  readonly entities: readonly ApiEntity[]
  readonly history: readonly KeptQuery[]
  /** `▲ 2` or `as usual` of an entity in view; empty for others. */
  readonly stateOf: (id: string) => string
  readonly ageOf: (at: number) => string
}

/** Most of each section, so that all sections are seen. */
const MOST: Readonly<Record<Section, number>> = {
  Fields: 5,
  Values: 5,
  Entities: 4,
  Pipes: 9,
  History: 3,
}

/** Alone at its place a section may be longer. */
const MOST_ALONE = 12

/** What the language lets stand at the caret; also behind `severity>=`, which is a word until a value follows. */
export function completionsAt(text: string, caret: number): Completions {
  const before = text.slice(0, caret)
  const bare = /(?:>=|<=|!=|=|<|>)$/.exec(before)
  if (bare !== null) {
    const asField = `${before.slice(0, bare.index)}:`
    const values = complete(asField, asField.length)
    if (values.valuesOf !== undefined) return { ...values, from: caret }
  }
  return complete(text, caret)
}

/** What fits, section by section in the order in which it is shown. */
export function optionsOf(known: Known): Option[] {
  const { valuesOf, options } = known.completions
  if (valuesOf === 'near' || valuesOf === 'entity') {
    return entityOptions(known, (name) => nearText(name).slice('near:'.length)).slice(0, MOST_ALONE)
  }
  if (valuesOf !== undefined) return valueOptions(known, valuesOf).slice(0, MOST_ALONE)
  if (options.some(({ kind }) => kind === 'pipe' || kind === 'function' || kind === 'keyword')) {
    return options.map((one) => ({
      ...{ section: 'Pipes', label: one.label, fieldLength: 0, about: one.about ?? '', right: '' },
      ...{ from: known.completions.from, text: one.label },
    }))
  }
  return [
    ...fieldOptions(known).slice(0, MOST.Fields),
    // A desktop's name is what people type; values come later and must not push it from under the pointer.
    ...entityOptions(known, nearText).slice(0, MOST.Entities),
    ...foundValues(known).slice(0, MOST.Values),
    ...historyOptions(known).slice(0, MOST.History),
  ]
}

/** The fields that fit what was typed: those of the language, then those seen in records. */
export function matchingFields({ completions, typed, seenFields }: Known): string[] {
  const ours = completions.options.filter(({ kind }) => kind === 'field').map(({ label }) => label)
  const lower = typed.toLowerCase()
  const seen = seenFields.filter((name) => name.toLowerCase().includes(lower))
  return [...new Set([...ours, ...(typed === '' ? [] : seen)])]
}

function fieldOptions(known: Known): Option[] {
  const { completions, facets } = known
  return matchingFields(known).map((name) => ({
    section: 'Fields',
    label: name,
    fieldLength: name.length,
    about: completions.options.find(({ label }) => label === name)?.about ?? 'in these records',
    right: facetText(facets.find(({ field }) => field === name)),
    from: completions.from,
    text: fieldText(name),
  }))
}

/** A field as it begins a condition: `host:`. */
const fieldText = (name: string): string =>
  name === 'near' || name === 'entity'
    ? `${name}:`
    : equalsText(name, 'x').replace(/[:=]"?x"?$/, ':')

function facetText(facet: Facet | undefined): string {
  if (facet === undefined || facet.values.length === 0) return ''
  const records = facet.values.reduce((sum, one) => sum + one.count, facet.other)
  const values = `${count(facet.values.length)}${facet.other > 0 ? '+' : ''}`
  return `${values} value${values === '1' ? '' : 's'}, ${count(records)}`
}

/** Values of the one field the caret is at. */
function valueOptions({ completions, typed, facets }: Known, field: string): Option[] {
  const wanted = typed.replace(/^"/, '').toLowerCase()
  const listed = facets.find((facet) => facet.field === field)?.values ?? []
  const counted = new Map(listed.map(({ value, count: n }) => [valueName(field, value), n]))
  if (field === 'severity') for (const [name, n] of severityCounts(listed)) counted.set(name, n)
  const names = [
    ...completions.options.map(({ label }) => label),
    ...[...counted.keys()].filter((name) => name.toLowerCase().includes(wanted)),
  ]
  return [...new Set(names)].map((name) => ({
    ...{ section: 'Values', label: name, fieldLength: 0, about: '' },
    right: counted.has(name) ? count(counted.get(name)!) : '',
    from: completions.from,
    text:
      field === 'severity' ? name : equalsText(field, name).replace(/^(`[^`]*`|[^:=]+)[:=]/, ''),
  }))
}

const valueName = (field: string, value: unknown): string =>
  field === 'severity' ? severityName(Number(value)) : String(value)

function severityCounts(values: Facet['values']): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { value, count: n } of values) {
    const name = severityName(Number(value))
    counts.set(name, (counts.get(name) ?? 0) + n)
  }
  return counts
}

/** Values of any field in which a word begins with what was typed. */
function foundValues({ completions, typed, facets }: Known): Option[] {
  if (typed.length < 2) return []
  const lower = typed.toLowerCase()
  return facets
    .flatMap(({ field, values }) =>
      values.map((one) => ({ ...one, field, name: String(one.value) })),
    )
    .filter(({ field, name }) => field !== 'severity' && beginsWord(name.toLowerCase(), lower))
    .sort((a, b) => b.count - a.count)
    .map(({ field, name, count: n }) => {
      const text = equalsText(field, name)
      return {
        ...{ section: 'Values', label: text, fieldLength: text.indexOf(':') + 1, about: '' },
        ...{ right: count(n), from: completions.from, text },
      }
    })
}

const beginsWord = (text: string, typed: string): boolean => {
  for (let at = text.indexOf(typed); at >= 0; at = text.indexOf(typed, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]!)) return true
  }
  return false
}

function entityOptions(
  { completions, typed, entities, stateOf }: Known,
  textOf: (name: string) => string,
): Option[] {
  const wanted = typed.replace(/^"/, '').toLowerCase()
  const names = entities.map(({ name }) => name)
  return entities
    .filter(
      ({ name, id }) => name.toLowerCase().includes(wanted) || id.toLowerCase().includes(wanted),
    )
    .map(({ id, name, type, layer }) => {
      const isOne = names.indexOf(name) === names.lastIndexOf(name)
      return {
        ...{ section: 'Entities', label: name, fieldLength: 0, layer },
        about: `${type.replaceAll('_', ' ')}${layer === null ? '' : `, ${layer}`}`,
        right: stateOf(id),
        from: completions.from,
        text: textOf(isOne ? name : id),
      }
    })
}

/** Queries of before; one replaces the whole text. */
function historyOptions({ typed, history, ageOf }: Known): Option[] {
  const lower = typed.toLowerCase()
  return history
    .filter(({ q }) => q.toLowerCase().includes(lower))
    .map(({ q, at }) => ({
      ...{ section: 'History', label: q, fieldLength: 0, about: '', right: ageOf(at) },
      ...{ from: 0, text: q },
    }))
}
