import { beforeEach, inject } from 'vitest'

// The reason was said once, when the project started.
beforeEach((context) => context.skip(inject('elasticsearch') === null))
