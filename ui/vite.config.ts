import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The screens, built into `dist/ui`, from where the server serves them. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: {
    alias: [
      { find: /^\.\/regex\.ts$/, replacement: join(import.meta.dirname, 'lib/unchecked-regex.ts') },
    ],
  },
  worker: { format: 'es' },
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    target: 'es2022',
    // The server's policy forbids scripts and styles inside the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One chunk, since the first screen needs nearly all of it; a test holds its size compressed.
    chunkSizeWarningLimit: 1_300,
  },
  server: { proxy: { '/api': process.env['PLUMBLINE_URL'] ?? 'http://127.0.0.1:7600' } },
})
