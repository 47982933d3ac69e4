import type { SearchAnswer } from '../../model/api.ts'
import { errorOf, post, reach, RequestError } from './client.ts'
import type { Window } from './questions.ts'

/** Most records of a file that is made here, from one answer of the server. */
export const MOST_IN_CSV = 10_000
/** Most records of a streamed file. */
export const MOST_STREAMED = 1_000_000
const NDJSON = 'application/x-ndjson'
/** Where the last line of a stream is looked for, from its end. */
const TAIL_BYTES = 65_536

/** Offers a file to be kept. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has its own hold on the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** The first {@link MOST_IN_CSV} records, oldest first; `isCut` when there are more. */
export async function recordsToSave(window: Window) {
  const asked = { ...window, order: 'oldest', limit: MOST_IN_CSV }
  const answer = await post<SearchAnswer>('/api/v1/search', asked)
  const records = 'records' in answer ? answer.records : []
  return { records, isCut: 'next' in answer && answer.next !== undefined }
}

/**
 * The records of a window as the server streams them, one JSON value a line and last what could not be seen; the browser
 * keeps what is large on its disk. Throws where the stream broke off.
 */
export async function streamToSave(window: Window): Promise<{ content: Blob; isCut: boolean }> {
  const response = await reach('/api/v1/search', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: NDJSON },
    body: JSON.stringify({ ...window, order: 'oldest', limit: MOST_STREAMED }),
  })
  if (!response.ok) throw await errorOf(response)
  const content = await response.blob()
  const tail = await content.slice(-TAIL_BYTES).text()
  const end = readEnd(tail.trimEnd().split('\n').at(-1) ?? '')
  if (end === undefined) {
    throw new RequestError({
      code: 'unreadable',
      message: 'The export broke off before its end; nothing was saved. Try a shorter range.',
    })
  }
  if (end.error !== undefined) throw new RequestError(end.error)
  return { content, isCut: end.next !== undefined }
}

interface StreamEnd {
  readonly end?: true
  readonly next?: string
  readonly error?: { readonly code: string; readonly message: string }
}

function readEnd(line: string): StreamEnd | undefined {
  try {
    const value = JSON.parse(line) as StreamEnd
    return value.end === true || value.error !== undefined ? value : undefined
  } catch {
    return undefined
  }
}
