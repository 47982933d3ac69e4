import type { TestProject } from 'vitest/node'
import { provideElasticsearch } from './provide.ts'

/** One server for all tests of the project. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  return (await provideElasticsearch(project)).stop
}
