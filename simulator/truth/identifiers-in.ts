/** An identifier that stands in a line: `['naa', 'naa.600a…']`. */
export type Key = readonly [kind: string, value: string]

/** Each kind by its shape; the operation id by the word before it. Longer shapes stand before their parts. */
const SHAPES: readonly (readonly [string, string])[] = [
  ['naa', 'naa\\.[0-9a-f]{32}'],
  ['wwn', '(?:[0-9a-f]{2}:){7}[0-9a-f]{2}'],
  ['mac', '(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![:0-9a-f])'],
  ['uuid', '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'],
  ['vmfs_uuid', '[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}'],
  ['scsi_path', 'vmhba\\d+:C\\d+:T\\d+:L\\d+'],
  ['op_id', '(?<=opID=)[\\w@-]+'],
  ['sid', 'S-1-5-21(?:-\\d+){4}'],
]
const SHAPE = new RegExp(SHAPES.map(([, shape]) => `(${shape})`).join('|'), 'g')

/** The identifiers of a line that can join it to others, each once, in order. */
export function identifiersIn(frame: string): Key[] {
  const keys: Key[] = []
  for (const match of frame.matchAll(SHAPE)) {
    const value = match[0]
    const kind = SHAPES[match.slice(1).indexOf(value)]![0]
    if (!keys.some((key) => key[1] === value)) keys.push([kind, value])
  }
  return keys
}
