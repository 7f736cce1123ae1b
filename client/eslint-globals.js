/** Browser names that Svelte components may use. */
export default { window: 'readonly', document: 'readonly', navigator: 'readonly', localStorage: 'readonly' }
