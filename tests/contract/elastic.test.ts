import { afterAll, describe, inject } from 'vitest'
import { StorePlaces } from '../support/elasticsearch/places.ts'
import { storeContract } from './store-contract.ts'
import { wholeStoreContract } from './whole-store-contract.ts'

const server = inject('elasticsearch')

// The reason was said once, when the project started.
describe.skipIf(server === null)('Elasticsearch', () => {
  const places = new StorePlaces(server!)

  afterAll(() => places.removeAll(), 60_000)

  const harness = {
    name: 'ElasticStore',
    open: (place: string) => places.open(place),
    newPlace: () => places.make(),
  }
  storeContract(harness)
  wholeStoreContract(harness)
})
