/**
 * Elasticsearch response filtering (`filter_path`, reference "Common options"): comma-separated paths
 * of dotted names; `*` matches any part of a name, `**` any number of names, a leading `-` excludes.
 * Returns `value` unchanged without a filter.
 */
export function filterPath(value: unknown, filter: string | undefined): unknown {
  if (filter === undefined || filter.trim() === '') return value
  const paths = filter
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '')
    .slice(0, MAX_PATHS)
  const excluded = paths.filter((p) => p.startsWith('-')).map((p) => compilePath(p.slice(1)))
  const included = paths.filter((p) => !p.startsWith('-')).map(compilePath)
  const kept = included.length === 0 ? value : include(value, included, new Steps())
  return excluded.length === 0 ? (kept ?? {}) : (exclude(kept, excluded, new Steps()) ?? {})
}

const MAX_PATHS = 32
const MAX_NAMES = 16

/** One name of a path; undefined stands for `**`. */
type Step = RegExp | undefined
type Path = readonly Step[]

function compilePath(path: string): Path {
  return path
    .split('.')
    .slice(0, MAX_NAMES)
    .map((name) => (name === '**' ? undefined : compileName(name)))
}

/** Runs of stars are one star, so that the pattern stays linear. */
function compileName(name: string): RegExp {
  const literals = name.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literals.join('.*')}$`)
}

/** The steps below each list of paths: the items of an answer have few names, and there are many items. */
class Steps {
  readonly #known = new Map<readonly Path[], Map<string, readonly Path[]>>()

  below(paths: readonly Path[], name: string): readonly Path[] {
    let names = this.#known.get(paths)
    if (names === undefined) this.#known.set(paths, (names = new Map<string, readonly Path[]>()))
    let next = names.get(name)
    if (next === undefined) names.set(name, (next = advance(paths, name)))
    return next
  }
}

/** The paths that go on below `name`; an empty one has matched. */
function advance(paths: readonly Path[], name: string): Path[] {
  const next: Path[] = []
  for (const path of paths) {
    const [step, ...rest] = path
    if (step === undefined) {
      next.push(path)
      if (rest[0]?.test(name) === true) next.push(rest.slice(1))
      if (rest.length === 0) next.push([])
    } else if (step.test(name)) next.push(rest)
  }
  return next
}

const isMatched = (paths: readonly Path[]): boolean => paths.some((path) => path.length === 0)

function include(value: unknown, paths: readonly Path[], steps: Steps): unknown {
  if (isMatched(paths)) return value
  if (paths.length === 0 || typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) {
    const kept = value
      .map((item) => include(item, paths, steps))
      .filter((item) => item !== undefined)
    return kept.length === 0 ? undefined : kept
  }
  const kept: [string, unknown][] = []
  for (const [name, inner] of Object.entries(value)) {
    const part = include(inner, steps.below(paths, name), steps)
    if (part !== undefined) kept.push([name, part])
  }
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

function exclude(value: unknown, paths: readonly Path[], steps: Steps): unknown {
  if (isMatched(paths)) return undefined
  if (paths.length === 0 || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => exclude(item, paths, steps) ?? {})
  const kept: [string, unknown][] = []
  for (const [name, inner] of Object.entries(value)) {
    const part = exclude(inner, steps.below(paths, name), steps)
    if (part !== undefined) kept.push([name, part])
  }
  return Object.fromEntries(kept)
}
