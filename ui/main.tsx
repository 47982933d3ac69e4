import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './theme/tokens.css'
import './theme/base.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createScreens } from './data/router.tsx'
import { RequestError } from './data/client.ts'
import { EntitiesScreen } from './screens/entities-screen.tsx'
import { SearchScreen } from './screens/search-screen.tsx'
import { SourcesScreen } from './screens/sources-screen.tsx'
import { Shell } from './shell/shell.tsx'
import { applySingleKeys } from './shell/single-keys.ts'
import { applyTheme } from './shell/use-theme.ts'

applyTheme()
applySingleKeys()

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // What the server refused it refuses again; what it did not answer it may answer now.
      retry: (times, error) =>
        times < 2 && error instanceof RequestError && error.code === 'unreachable',
    },
  },
})
const router = createScreens({
  shell: Shell,
  search: SearchScreen,
  entities: EntitiesScreen,
  sources: SourcesScreen,
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
