import lunr from 'lunr'

/** What can be found by name in the palette. */
export interface Entry {
  /** Unique among all entries: the group, then what it stands for. */
  readonly id: string
  readonly title: string
  /** What it is, in a few words; shown and searched. */
  readonly about: string
  /** Other names: addresses, identifiers, words that people use for it. */
  readonly names: readonly string[]
}

export interface Hit {
  readonly id: string
  /** Only comparable inside one answer; larger is nearer. */
  readonly score: number
}

export interface PaletteIndex {
  readonly entries: readonly Entry[]
  readonly byId: ReadonlyMap<string, Entry>
  /** Everything that is searched of an entry, folded, by its id. */
  readonly texts: ReadonlyMap<string, string>
  /** Every word of the index, sorted. */
  readonly words: readonly string[]
  readonly lunr: lunr.Index
}

/** A word that more entries share than this says little: it is checked, not looked up. */
const COMMON = 200
/** Most words of the index that a typed word stands for; lunr's time goes with them. */
const MOST_WORDS = 64
/** Shortest word that is looked for inside others, and that may have a letter wrong. */
const [INSIDE_FROM, FUZZY_FROM] = [3, 4]

/** `VDI-0417.corp` is found by itself, `vdi`, `0417` and `corp`; folded. */
export function wordsOf(text: string): string[] {
  const whole = text
    .toLowerCase()
    .split(/[\s,()[\]"']+/)
    .filter((word) => word !== '')
  const parts = whole.flatMap((word) => word.split(/[^\p{L}\p{N}]+/u)).filter((part) => part !== '')
  return [...new Set([...whole, ...parts])]
}

/** An index over names. */
export function buildIndex(entries: readonly Entry[]): PaletteIndex {
  const wordsById = new Map(entries.map((entry) => [entry.id, indexed(entry)]))
  const uses = new Map<string, number>()
  for (const words of wordsById.values()) {
    for (const word of words) uses.set(word, (uses.get(word) ?? 0) + 1)
  }
  const isRare = (word: string): boolean => uses.get(word)! <= COMMON
  const built = lunr(function () {
    this.pipeline.reset()
    this.searchPipeline.reset()
    this.ref('id')
    this.field('words')
    for (const [id, words] of wordsById) {
      // An array is taken as the words themselves.
      this.add({ id, words: words.filter(isRare) })
    }
  })
  return {
    entries,
    byId: new Map(entries.map((entry) => [entry.id, entry])),
    texts: new Map(entries.map((entry) => [entry.id, textOf(entry)])),
    words: [...uses.keys()].filter(isRare).sort(),
    lunr: built,
  }
}

/** Identifiers are looked up whole: their parts mean nothing to anybody. */
const indexed = ({ title, about, names }: Entry): string[] => [
  ...new Set([...wordsOf(title), ...wordsOf(about), ...names.map((name) => name.toLowerCase())]),
]

const textOf = ({ title, about, names }: Entry): string =>
  [title, about, ...names].join('\n').toLowerCase()

/**
 * Entries that hold every word of the text, nearest first: what is called exactly so, names that begin so, then words,
 * their beginnings and insides; when nothing holds them, names with one letter different.
 */
export function searchIndex(index: PaletteIndex, text: string, limit: number): Hit[] {
  const asked = text.trim().toLowerCase()
  const words = asked.split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return []
  const holdsAll = (id: string): boolean => {
    const searched = index.texts.get(id)!
    return words.every((word) => searched.includes(word))
  }
  let found = lookUp(index, words).filter(({ id }) => holdsAll(id))
  if (found.length < limit) found = [...found, ...scan(index, holdsAll, limit, found)]
  if (found.length === 0) found = nearly(index, words)
  return found
    .map(({ id, score }) => ({ id, score: score + nameBonus(index.byId.get(id)!, asked) }))
    .sort((a, b) => b.score - a.score || byTitle(index, a.id, b.id))
    .slice(0, limit)
}

function lookUp(index: PaletteIndex, words: readonly string[]): Hit[] {
  const { OPTIONAL } = lunr.Query.presence
  const results = index.lunr.query((query) => {
    for (const word of words) {
      for (const term of meant(index.words, word)) {
        const boost = term === word ? 20 : term.startsWith(word) ? 5 : 1
        query.term(term, { boost, presence: OPTIONAL, usePipeline: false })
      }
    }
  })
  return results.map(({ ref, score }) => ({ id: ref, score }))
}

/** The words of the index that a typed one stands for: itself, those that begin with it, those that hold it. */
function meant(sorted: readonly string[], word: string): string[] {
  const beginning: string[] = []
  for (let i = firstFrom(sorted, word); i < sorted.length; i++) {
    if (!sorted[i]!.startsWith(word) || beginning.length === MOST_WORDS) break
    beginning.push(sorted[i]!)
  }
  if (beginning.length === MOST_WORDS || word.length < INSIDE_FROM) return beginning
  const holding = sorted.filter((each) => each.includes(word) && !each.startsWith(word))
  return [...beginning, ...holding.slice(0, MOST_WORDS - beginning.length)]
}

function firstFrom(sorted: readonly string[], word: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < word) low = middle + 1
    else high = middle
  }
  return low
}

/** What common words alone leave: the first that hold them all. */
function scan(
  { entries }: PaletteIndex,
  holdsAll: (id: string) => boolean,
  limit: number,
  found: readonly Hit[],
): Hit[] {
  const known = new Set(found.map(({ id }) => id))
  const more: Hit[] = []
  for (const { id } of entries) {
    if (more.length + found.length >= limit) break
    if (!known.has(id) && holdsAll(id)) more.push({ id, score: 0 })
  }
  return more
}

function nearly(index: PaletteIndex, words: readonly string[]): Hit[] {
  const long = words.filter((word) => word.length >= FUZZY_FROM)
  if (long.length < words.length) return []
  const { REQUIRED } = lunr.Query.presence
  const results = index.lunr.query((query) => {
    for (const word of long) query.term(word, { editDistance: 1, presence: REQUIRED })
  })
  // Of names that are equally near, the one that is nothing else besides.
  return results.map(({ ref }) => ({ id: ref, score: -index.byId.get(ref)!.title.length }))
}

/** A name weighs more than how rare its words are. */
function nameBonus({ title, names }: Entry, asked: string): number {
  const own = title.toLowerCase()
  const others = names.map((name) => name.toLowerCase())
  if (own === asked) return 4e6
  if (others.includes(asked)) return 3e6
  if (own.startsWith(asked)) return 2e6
  return others.some((name) => name.startsWith(asked)) ? 1e6 : 0
}

function byTitle({ byId }: PaletteIndex, a: string, b: string): number {
  return compare(byId.get(a)!.title, byId.get(b)!.title) || compare(a, b)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
