/**
 * The same pages; while one is used the next is fetched. Whoever leaves early waits for what is being fetched, so that nothing
 * is asked of a source any more that is closed then.
 */
export async function* oneAhead<Page>(pages: AsyncGenerator<Page>): AsyncGenerator<Page> {
  let next = pages.next()
  try {
    for (;;) {
      const page = await next
      if (page.done === true) return
      next = pages.next()
      // It is told when its turn comes, not before.
      next.catch(() => undefined)
      yield page.value
    }
  } finally {
    await next.catch(() => undefined)
  }
}
