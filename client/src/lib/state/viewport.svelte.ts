import { MediaQuery } from 'svelte/reactivity'

/** Wide enough for tables; below, lists are cards. */
export const wide = new MediaQuery('min-width: 48rem', true)
