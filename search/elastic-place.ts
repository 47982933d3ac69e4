import { readFile } from 'node:fs/promises'
import { AppError, messageOf } from '../model/errors.ts'
import { parseUrls, type ServeConfig } from './config.ts'
import type { ElasticPlace } from './store/open.ts'

/** The indices that settings with `--elastic` name. Throws `configuration`. */
export async function elasticPlace(config: ServeConfig, writer?: string): Promise<ElasticPlace> {
  const { elastic, elasticPrefix, elasticUser, elasticPassword, elasticCa } = config
  return {
    elastic: {
      urls: parseUrls(elastic!),
      ...(elasticPrefix === undefined ? {} : { prefix: elasticPrefix }),
      ...(writer === undefined ? {} : { writer }),
      ...(elasticUser === undefined ? {} : { username: elasticUser }),
      ...(elasticPassword === undefined ? {} : { password: elasticPassword }),
      ...(elasticCa === undefined ? {} : { ca: await readCa(elasticCa) }),
    },
  }
}

async function readCa(path: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new AppError(
      'configuration',
      `cannot read the certificate authority of Elasticsearch in ${path}: ${messageOf(cause)}`,
      { cause, hint: 'name a readable file with --elastic-ca' },
    )
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw new AppError('configuration', `${path} holds no certificate in PEM form`, {
    hint: 'it begins with -----BEGIN CERTIFICATE-----; Elasticsearch keeps it in config/certs/http_ca.crt',
  })
}
