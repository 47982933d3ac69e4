import type { ApiEntity, EntitiesAnswer } from '../../model/api.ts'
import { ask } from './client.ts'

/** Entities with this text in a name, those that begin with it first; for an answer that is needed once. */
export async function findEntities(q: string, at: string): Promise<readonly ApiEntity[]> {
  const asked = new URLSearchParams({ q, at, limit: '20' })
  return (await ask<EntitiesAnswer>(`/api/v1/entities?${asked}`)).entities
}
