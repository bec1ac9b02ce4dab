import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const screens = ['index', 'kiosk', 'board', 'window', 'clerk', 'manager', 'ticket'];

// `base` stays '/': the ticket's page lives at /t/TOKEN, so its assets need an absolute path.
export default defineConfig({
  plugins: [svelte()],
  base: '/',
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    assetsInlineLimit: 0, // a strict Content-Security-Policy forbids data: URLs
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: { input: Object.fromEntries(screens.map((screen) => [screen, `${screen}.html`])) },
  },
});
