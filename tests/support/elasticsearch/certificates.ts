import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { REPOSITORY } from '../requirements.ts'
import type { ServerFiles } from './server-files.ts'

/** Makes certificates in a folder as the containers do; answers what the script said. */
export function makeCertificates(
  files: ServerFiles,
  folder: string,
  nodes: readonly string[],
): string {
  const script = join(REPOSITORY, 'docker/certificates.sh')
  return execFileSync('bash', [script, folder, ...nodes], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CERTUTIL: join(files.folder, 'bin/elasticsearch-certutil'),
      ES_JAVA_HOME: files.javaHome,
    },
  })
}
