import { readdir, mkdtemp, chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { compileRegex } from '../../../search/query/regex.ts'
import { ElasticStore } from '../../../search/store/elastic/elastic-store.ts'
import type { ElasticsearchPlace } from './provide.ts'

const KINDS = 'logs|metrics|keys|letters|state'

/**
 * Places for stores on one server: a folder for snapshots, whose name is also the prefix of the indices. A folder
 * that a backup was written into is restored when it is opened.
 */
export class StorePlaces {
  readonly #server: ElasticsearchPlace
  readonly #made: string[] = []

  constructor(server: ElasticsearchPlace) {
    this.#server = server
  }

  async make(): Promise<string> {
    // Each has shards: a test has a few places at most, so older ones have served.
    while (this.#made.length > 3) await this.#forget(this.#made.shift()!)
    const folder = await mkdtemp(join(this.#server.repositories ?? '/tmp', 'place-'))
    await chmod(folder, 0o777)
    this.#made.push(folder)
    return folder
  }

  async open(place: string): Promise<ElasticStore> {
    const prefix = prefixOf(place)
    const names = await readdir(place)
    if (names.includes('index.latest')) await this.#restore(place, prefix)
    return ElasticStore.open({ urls: [this.#server.url], prefix, compileRegex })
  }

  async removeAll(): Promise<void> {
    for (const place of this.#made.splice(0)) await this.#forget(place)
  }

  async #restore(place: string, prefix: string): Promise<void> {
    const repository = `/_snapshot/${prefix}`
    await this.#ask('PUT', repository, {
      type: 'fs',
      settings: { location: place, readonly: true },
    })
    await this.#ask('POST', `${repository}/plumbline/_restore?wait_for_completion=true`, {
      indices: '*',
      include_aliases: false,
      rename_pattern: `^.*?-((?:${KINDS})(?:-.*)?)$`,
      rename_replacement: `${prefix}-$1`,
    })
    await this.#ask('DELETE', repository)
  }

  async #forget(place: string): Promise<void> {
    const prefix = prefixOf(place)
    const names = KINDS.split('|')
    const list: Record<string, unknown> = await this.#ask(
      'GET',
      `/${prefix}-*?filter_path=*.settings.index.uuid`,
    )
    for (const name of Object.keys(list)) await this.#ask('DELETE', `/${name}`)
    for (const name of names) await this.#ask('DELETE', `/_index_template/${prefix}-${name}`)
  }

  async #ask<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.#server.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok && answer.status !== 404) throw new Error(`${method} ${path}: ${text}`)
    return JSON.parse(text) as T
  }
}

/** The prefix of the indices of a place. */
export const prefixOf = (place: string): string => {
  const name = place.slice(place.lastIndexOf('/') + 1)
  // mkdtemp mixes cases, of which indices take one; the code keeps two that differ in case apart.
  return `t-${Buffer.from(name).toString('hex')}`
}
