const QUOTE = 34
const COLON = 58
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/**
 * The texts of the objects in every list under the member `key`, in order, of a valid JSON text: the
 * bytes of single records inside one request, which `JSON.parse` does not keep.
 */
export function elementsUnder(text: string, key: string): string[] {
  const elements: string[] = []
  let depth = 0
  /** Depth inside the list that is being read; 0 outside of one. */
  let listDepth = 0
  let lastString = ''
  let isMember = false
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    switch (code) {
      case QUOTE: {
        const end = stringEnd(text, at)
        lastString = end - at - 1 === key.length ? text.slice(at + 1, end) : ''
        at = end
        isMember = false
        break
      }
      case COLON:
        isMember = lastString === key
        break
      case OPEN_OBJECT:
      case OPEN_LIST:
        if (depth === listDepth && listDepth > 0) start = at
        depth++
        if (code === OPEN_LIST && isMember && listDepth === 0) listDepth = depth
        isMember = false
        break
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        depth--
        if (depth === listDepth && listDepth > 0) elements.push(text.slice(start, at + 1))
        if (depth < listDepth) listDepth = 0
    }
  }
  return elements
}

/** Place of the quote that closes the string opened at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE) return at
  }
  return text.length
}
