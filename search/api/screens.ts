import { existsSync } from 'node:fs'
import { join } from 'node:path'
import staticFiles from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Nothing from elsewhere, nothing inline but styles, which the editor and the menus set. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Addresses that the page itself understands (`ui/data/router.tsx`), beside `/`. */
const SCREENS = ['/entities', '/entities/:id', '/sources']

const NOT_BUILT =
  'The screens are not built: run npm run build, then start again. The API is at /api/docs.\n'

/**
 * The screens: files of `folder`, named by their content and so kept by browsers; and the one page for each
 * of its addresses. Without the folder every screen says how to build it.
 */
export async function screenRoutes(app: FastifyInstance, folder: string): Promise<void> {
  const isBuilt = existsSync(join(folder, 'index.html'))
  if (isBuilt) {
    await app.register(staticFiles, {
      root: folder,
      index: false,
      wildcard: false,
      schemaHide: true,
      setHeaders: (reply, path) => {
        const isHashed = path.includes('assets')
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  }
  const sendPage = (_request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (!isBuilt) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT)
    void reply.headers({ 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-cache' })
    return reply.sendFile('index.html')
  }
  for (const url of SCREENS) app.get(url, { schema: { hide: true } }, sendPage)
  // Clients of Elasticsearch ask for `/` too, and want JSON; only a browser asks for a page.
  app.addHook('onRequest', async (request, reply) => {
    const isPage = request.method === 'GET' && request.url.split('?', 1)[0] === '/'
    if (isPage && request.headers.accept?.includes('text/html')) return sendPage(request, reply)
  })
}
