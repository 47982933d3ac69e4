import { setTimeout as sleep } from 'node:timers/promises'

const DOCUMENTS_PER_REQUEST = 100

/**
 * A client as shippers are: sends `_bulk` requests of documents with unique ids, one after the other,
 * and each again, unchanged, until every document in it is answered 201 or 409.
 */
export class RetryingSender {
  readonly name: string
  /** Ids answered 201 or 409, in order of sending. */
  readonly acknowledged: string[] = []
  /** Answers that asked to wait (429, 503) or did not come at all. */
  refused = 0
  readonly #url: () => string
  readonly #pauseMs: number

  /** `url` is asked before each attempt: a restarted server has another port. `pauseMs` between requests. */
  constructor(name: string, url: () => string, pauseMs = 0) {
    this.name = name
    this.#url = url
    this.#pauseMs = pauseMs
  }

  /** Sends until `signal`; what is under way then is still sent to its acknowledgement. */
  async run(signal: AbortSignal): Promise<void> {
    for (let request = 0; !signal.aborted; request++) {
      const ids = Array.from(
        { length: DOCUMENTS_PER_REQUEST },
        (_, n) => `${this.name}-${request * DOCUMENTS_PER_REQUEST + n}`,
      )
      await this.#sendUntilTaken(ids.map(bulkPair).join(''))
      this.acknowledged.push(...ids)
      if (this.#pauseMs > 0) await sleep(this.#pauseMs)
    }
  }

  async #sendUntilTaken(body: string): Promise<void> {
    while (!(await this.#isTaken(body))) {
      this.refused++
      await sleep(20)
    }
  }

  async #isTaken(body: string): Promise<boolean> {
    const response = await fetch(`${this.#url()}/_bulk`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
      signal: AbortSignal.timeout(30_000),
    }).catch((error: unknown) => {
      if (isConnectionLoss(error)) return undefined
      throw error
    })
    if (response === undefined || response.status === 429 || response.status === 503) return false
    const text = await response.text().catch((error: unknown) => {
      if (isConnectionLoss(error)) return undefined
      throw error
    })
    if (text === undefined) return false
    return areAllTaken(response.status, text)
  }
}

function bulkPair(id: string): string {
  const document = {
    '@timestamp': new Date().toISOString(),
    message: `desktop ${id} lost its profile share after ${id.length} tries`,
    log: { level: 'error' },
    host: { name: 'retry-host' },
    doc: { id },
  }
  return `${JSON.stringify({ create: { _index: 'logs-retry', _id: id } })}\n${JSON.stringify(document)}\n`
}

function areAllTaken(status: number, text: string): boolean {
  const { items } = JSON.parse(text) as { items?: { create: { status: number } }[] }
  if (status !== 200 || items === undefined) throw new Error(`_bulk answered ${status}: ${text}`)
  const statuses = new Set(items.map((item) => item.create.status))
  if (statuses.has(429)) return false
  for (const itemStatus of statuses) {
    if (itemStatus !== 201 && itemStatus !== 409) throw new Error(`_bulk refused an item: ${text}`)
  }
  return items.length === DOCUMENTS_PER_REQUEST
}

/** What `fetch` throws when the other side is gone or not there yet. */
function isConnectionLoss(error: unknown): boolean {
  return error instanceof TypeError || (error as Error).name === 'TimeoutError'
}
