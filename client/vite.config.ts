import adapter from '@sveltejs/adapter-static'
import { sveltekit } from '@sveltejs/kit/vite'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'

/** The hub a development server talks to; the built admin is served by the hub itself, on the same origin. */
const hub = 'http://127.0.0.1:4000'

export default defineConfig({
  plugins: [
    tailwindcss(),
    sveltekit({
      adapter: adapter({ fallback: 'index.html', precompress: true }),
      compilerOptions: { runes: true },
    }),
  ],
  build: { cssTarget: ['chrome123', 'firefox120', 'safari17.5'] },
  server: {
    proxy: {
      '/graphql': { target: hub, ws: true },
      '/api': { target: hub },
      '/oauth': { target: hub },
    },
  },
})
