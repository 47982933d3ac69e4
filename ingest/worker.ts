import { parentPort, workerData } from 'node:worker_threads'
import { runIngest } from './ingest-thread.ts'
import type { WorkerStart } from './worker-messages.ts'

// The entry of the ingest thread; started by worker-port.ts.
await runIngest(parentPort!, workerData as WorkerStart)
